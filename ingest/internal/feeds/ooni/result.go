package ooni

// result is what is read of a file's object (OONI's data formats df-000, df-001, df-002, df-005, df-006).
type result struct {
	Input       text            `json:"input"`
	StartedAt   text            `json:"measurement_start_time"`
	ASN         text            `json:"probe_asn"`
	Country     text            `json:"probe_cc"`
	Report      text            `json:"report_id"`
	ResolverASN text            `json:"resolver_asn"`
	Software    text            `json:"software_name"`
	Version     text            `json:"software_version"`
	Test        text            `json:"test_name"`
	TestVersion text            `json:"test_version"`
	Format      text            `json:"data_format_version"`
	Annotations table[text]     `json:"annotations"`
	Keys        maybe[testKeys] `json:"test_keys"`
}

type testKeys struct {
	Queries        list[query]     `json:"queries"`
	Repeated       list[query]     `json:"x_dns_duplicate_responses"`
	Late           list[query]     `json:"x_dns_late_replies"`
	Connects       list[connect]   `json:"tcp_connect"`
	Handshakes     list[handshake] `json:"tls_handshakes"`
	Requests       list[request]   `json:"requests"`
	Events         list[event]     `json:"network_events"`
	Control        maybe[control]  `json:"control"`
	ControlFailure text            `json:"control_failure"`
	DNSFailure     text            `json:"dns_experiment_failure"`
	HTTPFailure    text            `json:"http_experiment_failure"`
}

// when is the time of a step, in seconds since the measurement began. Before version 0.5 only its end is known.
type when struct {
	Begin       number     `json:"t0"`
	End         number     `json:"t"`
	Tags        list[text] `json:"tags"`
	Transaction number     `json:"transaction_id"`
}

type query struct {
	when
	Engine   text         `json:"engine"`
	Resolver text         `json:"resolver_address"`
	Host     text         `json:"hostname"`
	Type     text         `json:"query_type"`
	Failure  text         `json:"failure"`
	Answers  list[answer] `json:"answers"`
}

type answer struct {
	Type text   `json:"answer_type"`
	IPv4 text   `json:"ipv4"`
	IPv6 text   `json:"ipv6"`
	Name text   `json:"hostname"`
	ASN  number `json:"asn"`
}

type connect struct {
	when
	IP     text   `json:"ip"`
	Port   number `json:"port"`
	Status struct {
		Failure text `json:"failure"`
		Success flag `json:"success"`
	} `json:"status"`
}

type handshake struct {
	when
	Address      text       `json:"address"`
	ServerName   text       `json:"server_name"`
	Failure      text       `json:"failure"`
	Version      text       `json:"tls_version"`
	Certificates list[text] `json:"peer_certificates"`
}

type request struct {
	when
	Failure text `json:"failure"`
	Request struct {
		URL text `json:"url"`
	} `json:"request"`
	Response struct {
		Code number `json:"code"`
		Body text   `json:"body"`
		// Truncated says that the body went on after what was kept of it, of which some publish nothing.
		Truncated flag        `json:"body_is_truncated"`
		Headers   table[text] `json:"headers"`
	} `json:"response"`
}

// event is what happened on a connection; only reads are looked at.
type event struct {
	when
	Operation text   `json:"operation"`
	Bytes     number `json:"num_bytes"`
}

// control is what the test helper saw.
type control struct {
	DNS struct {
		Failure   text       `json:"failure"`
		Addresses list[text] `json:"addrs"`
	} `json:"dns"`
	Connects   table[controlStep] `json:"tcp_connect"`
	Handshakes table[controlStep] `json:"tls_handshake"`
	Request    maybe[controlPage] `json:"http_request"`
	Networks   table[struct {
		ASN number `json:"asn"`
	}] `json:"ip_info"`
}

type controlStep struct {
	ServerName text `json:"server_name"`
	Status     flag `json:"status"`
	Failure    text `json:"failure"`
}

type controlPage struct {
	Failure text   `json:"failure"`
	Length  number `json:"body_length"`
	Title   text   `json:"title"`
	Status  number `json:"status_code"`
}
