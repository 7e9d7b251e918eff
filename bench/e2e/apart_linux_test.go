package e2e

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// runApart runs the test again in a network name space that holds nothing but
// loopback. It reports false where there is none to be had.
func runApart(t *testing.T) bool {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	user := &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	for _, kind := range []*syscall.SysProcAttr{{Cloneflags: syscall.CLONE_NEWNET}, user} {
		again := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.v", "-e2e", "-tools="+*tools)
		if deadline, limited := t.Deadline(); limited { // the inner one ends first and says where it stood
			again.Args = append(again.Args, "-test.timeout="+time.Until(deadline.Add(-5*time.Second)).String())
		}
		again.Env = append(os.Environ(), insideVariable+"=1")
		again.SysProcAttr = kind
		again.Stdout, again.Stderr = os.Stdout, os.Stderr
		if err := again.Start(); err != nil {
			t.Logf("a network name space: %v", err)
			continue
		}
		if err := again.Wait(); err != nil {
			t.Errorf("in the name space: %v", err)
		}
		return true
	}
	return false
}

// mustBeApart checks that nothing but loopback can be reached, which the kernel
// tells without a packet: a datagram socket gets its route when it is connected.
func mustBeApart(t *testing.T) {
	t.Helper()
	must(t, raiseLoopback())
	for _, outside := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} {
		if c, err := net.Dial("udp", outside); err == nil {
			c.Close()
			t.Fatalf("there is a route to %s", outside)
		}
	}
	t.Log("no route leads out of here")
}

// raiseLoopback switches on the one interface of a new name space.
func raiseLoopback() error {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(socket)
	request := struct { // struct ifreq, see netdevice(7)
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}{flags: syscall.IFF_UP}
	copy(request.name[:], "lo")
	if _, _, number := syscall.Syscall(syscall.SYS_IOCTL, uintptr(socket), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); number != 0 {
		return errors.New("switching loopback on: " + number.Error())
	}
	return nil
}
