package embedded

import (
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/lamplight-net/lamplight/deploy/npm"
)

// release is the npm package that carries the library for one platform, in the version of its ClickHouse.
type release struct {
	npm.Package
	packedBytes  int64
	libraryBytes int64
}

func (r release) path(cache string) string {
	return filepath.Join(cache, "clickhouse", r.Version, "libchdb.so")
}

// releases by GOOS/GOARCH. A platform is listed when its package has been fetched and its hash seen: code
// that we run is code that we have pinned. `npm view PACKAGE@VERSION dist.integrity` prints the hash.
func releases() map[string]release {
	return map[string]release{
		"linux/amd64": {
			Package: npm.Package{
				Name:      "@chdb/lib-linux-x64-gnu",
				Version:   "26.7.3-stable.1",
				Integrity: "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
			},
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
