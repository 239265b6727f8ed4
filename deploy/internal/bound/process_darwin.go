package bound

import "syscall"

// attributes puts a child in a process group of its own, out of reach of the terminal's interrupt. macOS
// has no death signal: there the closing of standard input alone ends the child.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
