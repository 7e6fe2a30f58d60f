// A proxy that lets nobody push, as some stand in front of git servers; with `all` it lets nothing of git's protocol
// through, and with `packs` a push only until its pack is sent: block.go PORT URL [all|packs].

//go:build ignore

package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
)

func main() {
	behind, err := url.Parse(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	what := "pushes"
	if len(os.Args) > 3 {
		what = os.Args[3]
	}
	blocked := func(asked string, sent bool) bool {
		push, read := strings.Contains(asked, "git-receive-pack"), strings.Contains(asked, "git-upload-pack")
		return push && (sent || what != "packs") || read && what == "all"
	}
	proxy := httputil.NewSingleHostReverseProxy(behind)
	answer := func(w http.ResponseWriter, r *http.Request) {
		if blocked(r.URL.Path+"?"+r.URL.RawQuery, r.Method == http.MethodPost) {
			http.Error(w, "this is blocked", http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(w, r)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(answer)))
}
