package extract

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestSum holds the addition of whole rows to that of their bytes.
func TestSum(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	weights := make([]byte, Buckets*RowSize)
	for i := range weights {
		weights[i] = byte(random.IntN(256) >> (i / RowSize % 2 * 8)) // every other row is all zeros, so the least
	}
	m := Model{Weights: string(weights)}
	for _, n := range []int{0, 1, 2, fitting - 1, fitting, fitting + 1, 3 * fitting, 2000} {
		for _, odd := range []uint32{0, 1} {
			var want sums
			buckets := make([]uint32, n)
			for i := range buckets {
				buckets[i] = random.Uint32N(Buckets/2)*2 + odd
				for k := range want {
					want[k] += int32(weights[int(buckets[i])*RowSize+k]) - Zero
				}
			}
			if got := m.sum(buckets); got != want {
				t.Errorf("%d buckets: %v, want %v", n, got, want)
			}
		}
	}
	high := Model{Weights: strings.Repeat("\xff", Buckets*RowSize)}
	for k, v := range high.sum(make([]uint32, 1000)) {
		if v != 127_000 {
			t.Errorf("class %d: %d", k, v)
		}
	}
}

func TestIsqrt(t *testing.T) {
	for n := range 1 << 16 {
		for _, n := range []int{n, n << 8, n << 16, n*n - 1, n * n} {
			if r := isqrt(n); n > 0 && (r*r > n || (r+1)*(r+1) <= n) || n <= 0 && r != 0 {
				t.Fatalf("the root of %d is not %d", n, r)
			}
		}
	}
}
