package service

import "fmt"

// Procd returns what to do on OpenWrt: an init script, run as nobody. A router has one user, so there is no other
// kind.
func Procd(s Settings) Plan {
	where := "/etc/init.d/" + s.Name
	return Plan{
		State: RouterState, Hint: "It runs whenever the router is on. Its commands take --state " + RouterState,
		Install: Steps{
			Files:    []File{{Path: where, Text: s.initScript(), Mode: 0o755}},
			Commands: [][]string{{where, "enable"}, {where, "start"}},
		},
		Remove: Steps{
			Files:    []File{{Path: where}},
			Commands: [][]string{{where, "stop"}, {where, "disable"}},
		},
		Query: []string{where, "status"},
	}
}

// initScript keeps the state on the flash: what a router holds in memory is gone with the power. What root gives to
// nobody are never the targets of links (-h): whoever runs as nobody could otherwise have any file given to it.
func (s Settings) initScript() string {
	return fmt.Sprintf(`#!/bin/sh /etc/rc.common
USE_PROCD=1
START=95
STOP=10

start_service() {
	mkdir -p -m 0700 %[1]s
	chown -hR nobody %[1]s
	procd_open_instance
	procd_set_param command %[2]s
	procd_set_param env LAMPLIGHT_PROBE_STATE=%[1]s
	procd_set_param user nobody
	procd_set_param no_new_privs 1
	procd_set_param respawn 3600 60 5
	procd_set_param stderr 0
	procd_close_instance
}
`, RouterState, quoted(s.commandLine()))
}

// RouterState is the probe's folder on a router.
const RouterState = "/etc/lamplight-probe"
