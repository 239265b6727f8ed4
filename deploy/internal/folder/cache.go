package folder

import (
	"fmt"
	"os"
	"path/filepath"
)

// Cache returns dir, or where dir is empty the folder "lamplight" among the user's caches: what is fetched
// once and kept, whatever is cleaned.
func Cache(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the user's cache folder: %w: set HOME, or name a cache folder", err)
	}
	return filepath.Join(caches, "lamplight"), nil
}
