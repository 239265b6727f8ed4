package servertest

import (
	"os"
	"path/filepath"
	"testing"
)

// OnMachine runs a package's tests on a machine whose own list of authorities holds one that nobody else has, and hands
// it out first. The list is read once in a process, so TestMain is the place for it.
func OnMachine(m *testing.M, use func(*Authority)) int {
	folder, err := os.MkdirTemp("", "lamplight-roots")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	authority := NewAuthority(new(testing.B)) // there is no test yet that it could belong to
	file := filepath.Join(folder, "roots.pem")
	if err := os.WriteFile(file, authority.PEM(), 0o600); err != nil {
		panic(err)
	}
	for key, value := range map[string]string{"SSL_CERT_FILE": file, "SSL_CERT_DIR": folder} {
		if err := os.Setenv(key, value); err != nil {
			panic(err)
		}
	}
	use(authority)
	return m.Run()
}
