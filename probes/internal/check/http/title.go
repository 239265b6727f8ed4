package http

import (
	"bytes"
)

// maxTitle is how much of a title counts.
const maxTitle = 512

// title returns a page's title as it is written, with every run of white space as one space and none around
// it; nothing for a page without one. It reads as much of HTML as that takes: names of elements, and that
// comments, scripts and styles hold no elements. Nothing is decoded: whoever compares hashes made them so.
func title(page []byte) []byte {
	for {
		start := bytes.IndexByte(page, '<')
		if start < 0 {
			return nil
		}
		page = page[start+1:]
		switch {
		case bytes.HasPrefix(page, []byte("!--")):
			page = after(page[len("!--"):], "-->")
		case opens(page, "script"):
			page = after(page, "</script")
		case opens(page, "style"):
			page = after(page, "</style")
		case opens(page, "title"):
			return squeeze(until(after(page, ">"), "</title"))
		}
	}
}

// opens reports whether page begins with the name of an element, in whatever letters.
func opens(page []byte, name string) bool {
	if len(page) <= len(name) || !bytes.EqualFold(page[:len(name)], []byte(name)) {
		return false
	}
	switch page[len(name)] {
	case '>', '/', ' ', '\t', '\r', '\n', '\f':
		return true
	}
	return false
}

// after returns what follows mark, or nothing; until what comes before it, or everything.
func after(page []byte, mark string) []byte {
	if at := index(page, mark); at >= 0 {
		return page[at+len(mark):]
	}
	return nil
}

func until(page []byte, mark string) []byte {
	if at := index(page, mark); at >= 0 {
		return page[:at]
	}
	return page
}

// index is where mark first stands in page, in whatever letters.
func index(page []byte, mark string) int {
	for at := 0; at+len(mark) <= len(page); at++ {
		next := bytes.IndexByte(page[at:], mark[0])
		if next < 0 || at+next+len(mark) > len(page) {
			return -1
		}
		at += next
		if bytes.EqualFold(page[at:at+len(mark)], []byte(mark)) {
			return at
		}
	}
	return -1
}

func squeeze(text []byte) []byte {
	out := bytes.Join(bytes.Fields(text), []byte{' '})
	return bytes.TrimSpace(out[:min(len(out), maxTitle)])
}
