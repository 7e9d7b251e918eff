//go:build !unix

package subprocess

import "os/exec"

// endWithChildren ends the program alone: this system has no process groups.
func endWithChildren(*exec.Cmd) {}
