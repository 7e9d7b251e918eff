//go:build !unix

package regular

// Windows has neither flag; the check before and after opening must do.
const noFollowNoBlock = 0
