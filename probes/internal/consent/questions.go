package consent

// question is one of the quiz. It has one right answer, and every wrong one has a reply that says why.
type question struct {
	ask     string
	answers []answer
}

type answer struct {
	text  string
	right bool
	reply string
}

var questions = []question{
	{
		ask: "Who can see which sites the probe visits from your connection?",
		answers: []answer{
			{text: "Nobody. It is all encrypted.",
				reply: "Encryption hides the pages, but not which sites are visited. Your provider can see that."},
			{text: "Only the gateway.",
				reply: "The gateway gets the results. But every visit goes through your provider, who can see it."},
			{text: "My internet provider, and anyone who watches my line.", right: true,
				reply: "Yes. They can see the sites, and that this machine talks to a gateway."},
		},
	},
	{
		ask: "Measuring the network may be punished where you are. What should you do?",
		answers: []answer{
			{text: "Run the probe through a VPN.",
				reply: "A VPN does not make it safe, and the probe would only measure the VPN."},
			{text: "Not run it, or first ask somebody I trust who knows the law.", right: true,
				reply: "Yes. No measurement is worth your safety."},
			{text: "Run it at night only.",
				reply: "What can be seen can be seen at any hour, and providers may keep records."},
		},
	},
}
