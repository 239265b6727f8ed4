package embedded

import (
	"fmt"
	"path/filepath"
	"runtime"
)

// engineVersion is the version of the npm packages, which is that of ClickHouse.
const engineVersion = "26.7.3-stable.1"

// release is the npm package that carries the library for one platform.
type release struct {
	name         string
	integrity    string // of the packed file, as npm states it: algorithm-base64
	packedBytes  int64
	libraryBytes int64
}

func (r release) spec() string { return r.name + "@" + engineVersion }

func (r release) path(cache string) string {
	return filepath.Join(cache, "clickhouse", engineVersion, "libchdb.so")
}

// releases by GOOS/GOARCH. A platform is listed when its package has been fetched and its hash seen: code
// that we run is code that we have pinned. `npm view PACKAGE@VERSION dist.integrity` prints the hash.
func releases() map[string]release {
	return map[string]release{
		"linux/amd64": {
			name:         "@chdb/lib-linux-x64-gnu",
			integrity:    "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
			packedBytes:  177_817_999,
			libraryBytes: 566_330_096,
		},
	}
}

func thisRelease() (release, error) {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	r, ok := releases()[platform]
	if !ok {
		return release{}, fmt.Errorf("no ClickHouse library is pinned for %s: put a clickhouse program on PATH, "+
			"or name a ClickHouse server", platform)
	}
	return r, nil
}
