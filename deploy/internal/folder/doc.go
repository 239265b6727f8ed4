// Package folder guards the folders that services keep data in: one user at a time, and room on the disk.
// It reads and writes no data of its own but the lock.
package folder
