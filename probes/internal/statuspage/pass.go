package statuspage

import (
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"
)

// passMinutes is time to copy an address into a browser.
const passMinutes = 5

// pass opens the page for some minutes. It is what stands in an address, which a browser writes into its history, and
// may copy to its maker's servers: the token, which holds as long as the probe runs, never does.
type pass struct {
	mu    sync.Mutex
	word  string // "" for none
	until time.Time
}

// renew ends the pass that there is, and returns the word of another one.
func (p *pass) renew(now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.word, p.until = rand.Text(), now.Add(passMinutes*time.Minute)
	return p.word
}

func (p *pass) fits(word string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.word != "" && now.Before(p.until) && same(word, p.word)
}

func (p *Page) open(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, p.pass.renew(p.probe.Now())) // a client that hung up
}
