// Package bound starts child processes that cannot outlive the process that started them, however it ends.
//
// A child's standard input is a pipe whose other end its parent holds: the kernel closes it when the parent
// is gone, kill -9 included, and the child takes that as the order to stop. A program that does not watch
// its input is held by a child of our own that does so in its stead (Hold). Where the system can, it is also
// asked to kill the child when the parent dies.
//
// The package starts and ends processes; what they do, and when they are ready, it does not know.
package bound
