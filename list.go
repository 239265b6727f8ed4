package main

import (
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/lamplight-net/lamplight/probes"
)

// listCommand makes what probes are asked to look at.
type listCommand struct {
	Build listBuildCommand `cmd:"" help:"Make a target list of test lists in Citizen Lab's format, for people to sign."`
	Pack  listPackCommand  `cmd:"" help:"Put a list and its signatures into the one file that probes take, if they make it one."`
}

type listBuildCommand struct {
	Files   []string `arg:"" help:"Test lists: CSV with columns url and category_code." type:"existingfile" placeholder:"FILE"`
	Country string   `name:"country" help:"Where the probes are, as KE: its sites are domestic." required:"" placeholder:"CODE"`
	Name    string   `name:"name" help:"Name of the list; without it, the country's code in small letters."`
	Serial  uint64   `name:"serial" help:"Number of this issue: a probe takes no lower one than it has." default:"1"`
	Days    int      `name:"days" help:"After how many days a newer issue should be there; the list goes on being used after that, and is marked." default:"90"`
	Most    int      `name:"most" help:"How many targets at most, in turn from every file and its categories." default:"300"`
	Risky   bool     `name:"risky" help:"Take the categories too whose sites it can be dangerous to be seen visiting. Tell your volunteers."`
	Anchors []string `name:"anchor" help:"A small page in the country that answers 2xx without a redirect, asked every minute as a sign of life; give up to eight, of different owners." placeholder:"URL"`
	Out     string   `name:"out" help:"File to write." default:"list.json" type:"path" placeholder:"FILE"`
}

// Run writes a list to sign.
func (c *listBuildCommand) Run(p *process) error {
	return probes.BuildList(probes.ListConfig{
		Files: c.Files, Country: c.Country, Name: c.Name, Serial: c.Serial, Days: c.Days, Most: c.Most, Risky: c.Risky, Anchors: c.Anchors,
		Domain: publicsuffix.EffectiveTLDPlusOne,
	}, c.Out, time.Now(), p.out)
}

type listPackCommand struct {
	List       string   `arg:"" help:"The list that was signed." type:"existingfile" placeholder:"FILE"`
	Signatures []string `name:"signature" help:"A signature of minisign; give each." required:"" type:"existingfile" placeholder:"FILE"`
	Keys       []string `name:"key" help:"A public key of minisign whose owner may ask; give each." required:"" type:"existingfile" placeholder:"FILE"`
	Needed     int      `name:"needed" help:"How many of them it takes." default:"2"`
	Out        string   `name:"out" help:"File to write; without it, NAME.signed.json by the list's name, which is what gateways hand out." type:"path" placeholder:"FILE"`
}

// Run writes a list with its signatures.
func (c *listPackCommand) Run(p *process) error {
	return probes.PackList(c.List, c.Signatures, c.Keys, c.Needed, c.Out, p.out)
}
