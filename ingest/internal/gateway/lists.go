package gateway

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

var errNoList = refusal{"no_list", "no list of this name is handed out here", http.StatusNotFound, 0}

// listAge is for how long whoever stands between may answer in the gateway's place. A probe asks every few hours.
const listAge = 10 * time.Minute

// getList hands out a signed target list: GET /v1/lists/{name}. Whoever has the latest issue is told so in a few
// bytes. Everybody gets the same bytes and nothing that could be shown again later, and nothing is noted of who
// asked but for the limit that batches have too.
func (g *Gateway) getList(w http.ResponseWriter, r *http.Request) {
	if wait, ok := g.crowd.allow(caller(r, g.cfg.TrustedProxies), time.Now()); !ok {
		g.metrics.lists.WithLabelValues("limited").Inc()
		errRate(wait).write(w)
		return
	}
	l, ok := g.lists.Get(r.PathValue("name"))
	if !ok {
		g.metrics.lists.WithLabelValues("unknown").Inc()
		errNoList.write(w)
		return
	}
	w.Header().Set("ETag", l.Tag)
	w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(int(listAge.Seconds())))
	// A proxy that packs what it passes on makes the tag a weak one, W/"...": it names the same list.
	if strings.Contains(r.Header.Get("If-None-Match"), l.Tag) {
		g.metrics.lists.WithLabelValues("unchanged").Inc()
		w.WriteHeader(http.StatusNotModified)
		return
	}
	g.metrics.lists.WithLabelValues("sent").Inc()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(l.Body)))
	_, _ = w.Write(l.Body) // a probe that has gone asks again
}
