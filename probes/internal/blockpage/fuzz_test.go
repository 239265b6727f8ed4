package blockpage_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
)

// FuzzLoad reads any list, and tries what it takes on any answer: every id can stand in a record, and phrases
// that are searched for all at once are found as if one by one.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(head+"one,nat,,body,contains,good page,5,,,,\n"), []byte("a good page"))
	f.Add([]byte(head+"one,nat,,dns,full,203.0.113.7,5,,,,\ntwo,fp,,header.via,prefix,x,10,,,,\n"), []byte("x"))
	f.Add([]byte(head+"e,isp,,body,regexp,(a|b)*c{2},5,,,,\n"), []byte("ababcc"))
	f.Add([]byte(head+"\"q\"\"\",isp,,body,full,\"two\nlines\",0,,,,\n"), []byte("two\nlines"))
	f.Add([]byte("\xef\xbb\xbf"+head), []byte{})
	f.Fuzz(func(t *testing.T, list, body []byte) {
		prints, err := blockpage.Load(bytes.NewReader(list))
		if err != nil {
			if strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		for _, p := range prints {
			if p.ID == "" || len(p.ID) > 64 || strings.Trim(p.ID, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != "" {
				t.Errorf("id %q", p.ID)
			}
		}
		together := blockpage.New(prints).Answer(http.Header{"Via": {string(body)}}, body)
		var apart string
		for _, p := range prints {
			if id := blockpage.New([]blockpage.Fingerprint{p}).Answer(http.Header{"Via": {string(body)}}, body); id != "" {
				apart = id
			}
		}
		if together != "" && apart == "" {
			t.Errorf("%q matches only beside others", together)
		}
	})
}
