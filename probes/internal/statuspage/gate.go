package statuspage

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// policy forbids a page to load or to send anything elsewhere, and to be shown inside of another.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const shut = `Lamplight probe: this page opens with the address that

    lamplight-probe status --open

prints. An address opens it for five minutes, and then a new one does.
`

// Handler returns the page with its gate in front.
func (p *Page) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.enter)
	inside := func(pattern string, do http.HandlerFunc) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" "+p.path+path, p.withCookie(do))
	}
	inside("GET {$}", p.show)
	inside("GET style.css", style)
	inside("POST pause", p.formOnly(p.pauseForm))
	inside("POST resume", p.formOnly(p.resumeForm))
	mux.Handle("GET /v1/status", p.withToken(p.status))
	mux.Handle("POST /v1/open", p.withToken(p.open))
	mux.Handle("POST /v1/pause", p.withToken(p.pause))
	mux.Handle("POST /v1/reload", p.withToken(p.reload))
	mux.Handle("POST /v1/stop", p.withToken(p.stop))
	mux.HandleFunc("/", refuse)
	return p.gate(http.NewCrossOriginProtection().Handler(mux))
}

// gate refuses other names than the page's own, and sets what every answer carries.
func (p *Page) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !p.host[r.Host] {
			refuse(w, r)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
		next.ServeHTTP(w, r)
	})
}

// enter trades a pass for a cookie.
func (p *Page) enter(w http.ResponseWriter, r *http.Request) {
	if !p.pass.fits(r.URL.Query().Get("pass"), p.probe.Now()) {
		refuse(w, r)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "lamplight", Value: p.session, Path: p.path, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, p.path, http.StatusSeeOther)
}

func (p *Page) withCookie(do http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("lamplight")
		if err != nil || !same(cookie.Value, p.session) {
			refuse(w, r)
			return
		}
		do(w, r)
	})
}

func (p *Page) withToken(do http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || !same(token, p.token) {
			refuse(w, r)
			return
		}
		do(w, r)
	})
}

// formOnly lets through what came from a form of the page.
func (p *Page) formOnly(do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !same(r.PostFormValue("form"), p.form) {
			refuse(w, r)
			return
		}
		do(w, r)
	}
}

func refuse(w http.ResponseWriter, _ *http.Request) { http.Error(w, shut, http.StatusForbidden) }

// same compares in a time that tells nothing, not even of the length.
func same(given, want string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
