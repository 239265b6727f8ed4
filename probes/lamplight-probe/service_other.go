//go:build !windows

package main

import "context"

// asService runs the program. Only Windows tells its services apart from other programs.
func asService(ctx context.Context, run func(context.Context) int) int { return run(ctx) }
