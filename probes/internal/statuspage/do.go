package statuspage

import (
	"net/http"
	"strconv"
	"time"
)

func (p *Page) status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = p.probe.Report().WriteJSON(w) // a client that hung up
}

func (p *Page) pause(w http.ResponseWriter, r *http.Request) {
	until, err := time.Parse(time.RFC3339, r.PostFormValue("until"))
	if err != nil {
		http.Error(w, "until is not a time such as 2006-01-02T15:04:05Z", http.StatusBadRequest)
		return
	}
	if err := p.probe.Pause(until); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *Page) reload(w http.ResponseWriter, _ *http.Request) {
	p.probe.Reload()
	w.WriteHeader(http.StatusNoContent)
}

func (p *Page) stop(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
	p.probe.Stop()
}

// pauses are what the page offers, in minutes.
var pauses = []struct {
	minutes int
	words   string
}{{60, "1 hour"}, {8 * 60, "8 hours"}, {24 * 60, "1 day"}}

func (p *Page) pauseForm(w http.ResponseWriter, r *http.Request) {
	minutes, err := strconv.Atoi(r.PostFormValue("minutes"))
	for _, offered := range pauses {
		if err != nil || minutes != offered.minutes {
			continue
		}
		if err := p.probe.Pause(p.probe.Now().Add(time.Duration(minutes) * time.Minute)); err != nil {
			http.Error(w, "This kept the pause from being kept: "+err.Error()+". Go back, and see whether the probe is paused for now.", http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, p.path, http.StatusSeeOther)
		return
	}
	http.Error(w, "That is no pause that this page offers.", http.StatusBadRequest)
}

func (p *Page) resumeForm(w http.ResponseWriter, r *http.Request) {
	if p.probe.Pause(time.Time{}) != nil {
		http.Error(w, "The pause ended, but could not be taken off the disk: it may be back after a restart.", http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, p.path, http.StatusSeeOther)
}
