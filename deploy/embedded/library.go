package embedded

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// library is libchdb, loaded into this process.
type library struct {
	main        func(argc int32, argv unsafe.Pointer) unsafe.Pointer // chdb_query_cmdline
	resultError func(result unsafe.Pointer) string                   // chdb_result_error
}

// serveQuery opens the ports and then reads a file, so that the end of the file is the end of the engine.
const serveQuery = "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; " +
	"SELECT * FROM file('/dev/fd/%d', 'LineAsString', 'line String') FORMAT Null"

func loadLibrary(path string) (library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return library{}, fmt.Errorf("load ClickHouse library: %w", err)
	}
	var l library
	for name, function := range map[string]any{"chdb_query_cmdline": &l.main, "chdb_result_error": &l.resultError} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return library{}, fmt.Errorf("load ClickHouse library: %w", err)
		}
		purego.RegisterFunc(function, symbol)
	}
	return l, nil
}

// run serves as clickhouse-local on the given ports and returns when the other end of the pipe orders is
// closed.
func (l library) run(config string, nativePort, httpPort int, orders *os.File) error {
	runtime.LockOSThread() // the engine measures the stack of the thread that enters it
	defer runtime.UnlockOSThread()

	arguments := []string{
		"clickhouse-local",
		"--config-file=" + config,
		"--log-level=warning",                    // clickhouse-local does not read the level from the file
		fmt.Sprintf("--tcp_port=%d", nativePort), // instead of the configured ones, where the shield is
		fmt.Sprintf("--http_port=%d", httpPort),
		"--query=" + fmt.Sprintf(serveQuery, orders.Fd()),
	}
	argv := make([]*byte, 0, len(arguments)+1)
	for _, argument := range arguments {
		argv = append(argv, unsafe.SliceData(append([]byte(argument), 0)))
	}
	argv = append(argv, nil)
	result := l.main(int32(len(arguments)), unsafe.Pointer(unsafe.SliceData(argv)))
	runtime.KeepAlive(argv)
	runtime.KeepAlive(orders)
	if result == nil {
		return errors.New("the ClickHouse library gave no result")
	}
	if message := l.resultError(result); message != "" {
		return errors.New(message)
	}
	return nil
}
