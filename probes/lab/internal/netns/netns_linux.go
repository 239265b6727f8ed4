// Package netns makes network namespaces, each a host of its own inside one process, and the point-to-point
// links that lead out of them into the program.
//
// A namespace has no way to the world outside: whatever addresses it uses, no packet leaves the machine. It
// needs root, or a user namespace in which the process is root.
package netns

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Namespace is a network stack of its own. Its loopback is up.
type Namespace struct {
	fd *os.File
}

// Current returns the namespace of the calling process.
func Current() (*Namespace, error) {
	fd, err := os.Open("/proc/self/ns/net")
	if err != nil {
		return nil, fmt.Errorf("open network namespace: %w", err)
	}
	return &Namespace{fd: fd}, nil
}

// New makes an empty namespace.
func New() (*Namespace, error) {
	var made *Namespace
	err := onThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("make network namespace (it takes root): %w", err)
		}
		fd, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			return fmt.Errorf("open network namespace: %w", err)
		}
		made = &Namespace{fd: fd}
		return IP("link set lo up")
	})
	if err != nil && made != nil {
		err = errors.Join(err, made.Close())
	}
	return made, err
}

// Do runs f on a thread of the namespace. Sockets that f makes belong to it for good; goroutines that f starts
// do not.
func (n *Namespace) Do(f func() error) error {
	return onThread(func() error {
		if err := unix.Setns(int(n.fd.Fd()), unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("enter network namespace: %w", err)
		}
		return f()
	})
}

// Close lets go of the namespace. It ends with the last socket in it.
func (n *Namespace) Close() error { return n.fd.Close() }

// onThread runs f on a thread that nobody uses after it: a goroutine that ends locked takes its thread along. The
// process's first thread does not end, and its namespace is what the process is seen to be in; it is kept out.
func onThread(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			err := onThread(f) // while this one holds the first thread
			runtime.UnlockOSThread()
			done <- err
			return
		}
		done <- f()
	}()
	return <-done
}

// IP runs the ip command in the caller's namespace, with arguments that hold no spaces of their own.
func IP(arguments string) error {
	out, err := exec.Command("ip", strings.Fields(arguments)...).CombinedOutput() //nolint:noctx // it ends by itself
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", arguments, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Link makes a point-to-point interface in the namespace, up and with no address. What the namespace sends
// through it is read from the file, a packet at a time, and what is written to the file arrives there.
func (n *Namespace) Link(name string) (*os.File, error) {
	var link *os.File
	err := n.Do(func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("open /dev/net/tun: %w", err)
		}
		request, err := unix.NewIfreq(name)
		if err == nil {
			request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
			err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
		}
		if err == nil {
			err = unix.SetNonblock(fd, true)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("make link %s: %w", name, err), unix.Close(fd))
		}
		link = os.NewFile(uintptr(fd), name)
		return IP("link set " + name + " up")
	})
	if err != nil && link != nil {
		err = errors.Join(err, link.Close())
	}
	return link, err
}
