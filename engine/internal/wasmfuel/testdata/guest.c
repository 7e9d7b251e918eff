// What the tests meter of clang: loops, recursion, bulk memory, vectors, floats.
#define EXPORT __attribute__((visibility("default")))

static unsigned char bytes[65536];
static float floats[4096];

EXPORT unsigned sieve(unsigned turns) {
	unsigned found = 0;
	for (unsigned turn = 0; turn < turns; turn++) {
		__builtin_memset(bytes, 1, sizeof bytes);
		for (unsigned i = 2; i < sizeof bytes; i++) {
			if (!bytes[i]) continue;
			found++;
			for (unsigned j = 2 * i; j < sizeof bytes; j += i) bytes[j] = 0;
		}
	}
	return found;
}

EXPORT unsigned shift(unsigned by) {
	for (unsigned i = 0; i < 100; i++) __builtin_memmove(bytes + by, bytes, sizeof bytes - by - i);
	return bytes[12345];
}

EXPORT int mix(unsigned turns) {
	float sum = 0;
	for (unsigned turn = 0; turn < turns; turn++)
		for (unsigned i = 0; i < 4096; i++) floats[i] = floats[i] * 0.5f + (float)(i ^ turn);
	for (unsigned i = 0; i < 4096; i++) sum += floats[i];
	return (int)sum;
}

EXPORT unsigned fibonacci(unsigned n) {
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
