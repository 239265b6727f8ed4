package service

// Windows returns what to do on Windows: a service that runs as LocalService, which may do less than any user, and that
// alone may write into the state folder beside the folder's owner. It takes an administrator: Windows has no
// services of users, and a task of a user's opens a window.
func Windows(s Settings) Plan {
	line := quoted(append(s.commandLine(), "--state", s.State))
	return Plan{
		Install: Steps{Commands: [][]string{
			{"sc.exe", "create", s.Name, "binPath=", line, "start=", "delayed-auto", "obj=", `NT AUTHORITY\LocalService`, "DisplayName=", "Network sampling"},
			{"sc.exe", "sidtype", s.Name, "unrestricted"},
			{"icacls.exe", s.State, "/grant", `NT SERVICE\` + s.Name + `:(OI)(CI)M`},
			{"sc.exe", "failure", s.Name, "reset=", "86400", "actions=", "restart/60000/restart/600000//"},
			{"sc.exe", "start", s.Name},
		}},
		Remove: Steps{Commands: [][]string{{"sc.exe", "stop", s.Name}, {"sc.exe", "delete", s.Name}}},
		Hint:   "It runs whenever the machine is on.",
		Query:  []string{"sc.exe", "query", s.Name},
	}
}
