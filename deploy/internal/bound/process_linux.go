package bound

import "syscall"

// attributes puts a child in a process group of its own, out of reach of the terminal's interrupt, and
// has the kernel kill it when its parent dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
