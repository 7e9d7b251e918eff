//go:build unix

package regular

import "syscall"

const noFollowNoBlock = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
