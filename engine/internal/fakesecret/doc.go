// Package fakesecret fills templates such as sk-{b62:20} with made-up secrets and personal data, for tests and examples.
//
// It promises that equal seeds give equal texts, that values have the checksums
// of the real ones (Luhn, GB 11643), and that nothing is anybody's: all of it
// is drawn from the seed. No source file has to hold what looks like a secret.
package fakesecret
