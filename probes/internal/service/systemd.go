package service

import "fmt"

// exitConsent is the program's status when nobody has agreed, or nothing was joined: starting it again does not help.
const exitConsent = 3

// Systemd returns what to do on Linux with systemd: a unit of the user, or with System one of the machine that runs
// as a user of its own.
func Systemd(s Settings) Plan {
	unit := s.Name + ".service"
	where, ctl, state := s.inHome(".config/systemd/user", unit), []string{"systemctl", "--user"}, ""
	hint := "It runs while you are logged in. To have it run always: loginctl enable-linger"
	if s.System {
		where, ctl, state = "/etc/systemd/system/"+unit, []string{"systemctl"}, "/var/lib/"+s.Name
		hint = "It runs whenever the machine is on. Its commands take sudo and --state " + state
	}
	command := func(words ...string) []string { return append(append([]string{}, ctl...), words...) }
	return Plan{
		State: state, Hint: hint,
		Install: Steps{
			Files:    []File{{Path: where, Text: s.unit(), Mode: 0o644}},
			Commands: [][]string{command("daemon-reload"), command("enable", "--now", unit)},
		},
		Remove: Steps{
			Files:    []File{{Path: where}},
			Commands: [][]string{command("disable", "--now", unit)},
		},
		Query: command("status", "--no-pager", "--lines=0", unit),
	}
}

// unit writes the unit. Of what systemd can take away it leaves the probe the network, its own folder, and the two
// tables of /proc/net that say whether the machine's own line is up. Nothing of it may reach a disk but by the state
// folder: the journal would keep, readable and after a wipe, in which networks it was and when it could not deliver;
// swap and core dumps would hold the key.
func (s Settings) unit() string {
	state := s.State
	if state == "" {
		state = "%E/lamplight-probe"
	}
	// Of the user's home the probe sees its own folder and itself.
	who, target := fmt.Sprintf("Environment=\"LAMPLIGHT_PROBE_STATE=%[1]s\"\nProtectHome=tmpfs\nBindPaths=\"-%[1]s\"\nBindReadOnlyPaths=\"%[2]s\"\n", state, s.Program), "default.target"
	if s.System {
		who, target = fmt.Sprintf("DynamicUser=yes\nStateDirectory=%[1]s\nStateDirectoryMode=0700\nEnvironment=LAMPLIGHT_PROBE_STATE=%%S/%[1]s\nProtectHome=yes\n", s.Name), "multi-user.target"
	}
	return fmt.Sprintf(`[Unit]
Description=Network sampling
StartLimitIntervalSec=3600
StartLimitBurst=10

[Service]
ExecStart=%s
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=%d
UMask=0077
StandardOutput=null
StandardError=null
LimitCORE=0
MemoryMax=128M
MemorySwapMax=0
TasksMax=64
%s
%s
[Install]
WantedBy=%s
`, quoted(s.commandLine()), exitConsent, who, sandbox, target)
}

const sandbox = `NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
PrivateTmp=yes
PrivateMounts=yes
PrivateDevices=yes
PrivateUsers=yes
PrivateIPC=yes
DevicePolicy=closed
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
`
