CREATE TABLE IF NOT EXISTS incidents {{on_cluster}}
(
    `id` String COMMENT 'Incident id: stable over every recomputation of the same event',
    `revision` UInt32 COMMENT 'Number of this revision of the incident, from 1; a revision never changes',
    `state` LowCardinality(String) COMMENT 'candidate, draft, in_review, published, published_quietly, embargoed, corrected, retracted, withdrawn',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place, ZZ when unknown',
    `region` LowCardinality(String) COMMENT 'ISO 3166-2 code of the place or the id of its source as ioda:4369; empty for a country or network',
    `asn` UInt32 COMMENT 'AS number of the place when it is one network, else 0',
    `place_name` String COMMENT 'Name of the place in English',
    `type` LowCardinality(String) COMMENT 'NATIONWIDE, REGIONAL, NETWORK or PLATFORM (Cloudflare Radar words)',
    `extent` LowCardinality(String) COMMENT 'full, service-based or throttling',
    `networks` Array(UInt32) COMMENT 'AS numbers affected, when not the whole place',
    `network_types` Array(String) COMMENT 'fixed and mobile, as far as known',
    `services` Array(String) COMMENT 'Host names of the services affected, for a service-based event',
    `onset_earliest` DateTime64(3, 'UTC') COMMENT 'The event had not begun before this moment',
    `onset_at` DateTime64(3, 'UTC') COMMENT 'Best estimate of when the event began',
    `onset_latest` DateTime64(3, 'UTC') COMMENT 'The event had begun by this moment',
    `end_earliest` Nullable(DateTime64(3, 'UTC')) COMMENT 'The event had not ended before this moment; NULL while it goes on',
    `end_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Best estimate of when the event ended; NULL while it goes on',
    `end_latest` Nullable(DateTime64(3, 'UTC')) COMMENT 'The event had ended by this moment; NULL while it goes on',
    `score` Float64 COMMENT 'Evidence summed over signals, in standard deviations; at least the detection threshold',
    `shutdown_probability` Float64 COMMENT 'Probability that somebody switched the network off, 0 to 1; never quote a shutdown without it',
    `cause` LowCardinality(String) COMMENT 'GOVERNMENT_DIRECTED, POWER_OUTAGE, CABLE_CUT, TECHNICAL_PROBLEM, MILITARY_ACTION, WEATHER; empty when nothing says',
    `signals_saw` Array(String) COMMENT 'Signals that fell beyond their noise during the event',
    `signals_could_not_see` Array(String) COMMENT 'Signals with holes, no history or too few probes to tell: neither for nor against the event',
    `reports` Array(String) COMMENT 'Ids of the linked reports, lower-case hex, as in v_reports',
    `generated` Bool COMMENT 'True when any of the evidence is rehearsal data that nobody measured',
    `as_of` DateTime64(3, 'UTC') COMMENT 'Time of the data up to which analysis looked',
    `computed_at` DateTime64(3, 'UTC') COMMENT 'When analysis reached this conclusion',
    `summary` String COMMENT 'The incident as JSON without the points of its series' CODEC(ZSTD(3)),
    `document` String COMMENT 'The whole incident as JSON, with the points of its series' CODEC(ZSTD(3)),
    `precedence` UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(computed_at)) COMMENT 'Makes the first copy of a revision win over any later one'
)
ENGINE = {{replicated}}ReplacingMergeTree(precedence)
ORDER BY (id, revision)
COMMENT 'What analysis concluded: one row for each revision of an incident';

CREATE OR REPLACE VIEW v_incident_revisions {{on_cluster}}
(
    `id` String COMMENT 'Incident id: stable over every recomputation of the same event',
    `revision` UInt32 COMMENT 'Number of this revision of the incident, from 1; a revision never changes',
    `state` LowCardinality(String) COMMENT 'candidate, draft, in_review, published, published_quietly, embargoed, corrected, retracted, withdrawn',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place, ZZ when unknown',
    `region` LowCardinality(String) COMMENT 'ISO 3166-2 code of the place or the id of its source as ioda:4369; empty for a country or network',
    `asn` UInt32 COMMENT 'AS number of the place when it is one network, else 0',
    `place_name` String COMMENT 'Name of the place in English',
    `type` LowCardinality(String) COMMENT 'NATIONWIDE, REGIONAL, NETWORK or PLATFORM (Cloudflare Radar words)',
    `extent` LowCardinality(String) COMMENT 'full, service-based or throttling',
    `networks` Array(UInt32) COMMENT 'AS numbers affected, when not the whole place',
    `network_types` Array(String) COMMENT 'fixed and mobile, as far as known',
    `services` Array(String) COMMENT 'Host names of the services affected, for a service-based event',
    `onset_earliest` DateTime64(3, 'UTC') COMMENT 'The event had not begun before this moment',
    `onset_at` DateTime64(3, 'UTC') COMMENT 'Best estimate of when the event began',
    `onset_latest` DateTime64(3, 'UTC') COMMENT 'The event had begun by this moment',
    `end_earliest` Nullable(DateTime64(3, 'UTC')) COMMENT 'The event had not ended before this moment; NULL while it goes on',
    `end_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Best estimate of when the event ended; NULL while it goes on',
    `end_latest` Nullable(DateTime64(3, 'UTC')) COMMENT 'The event had ended by this moment; NULL while it goes on',
    `score` Float64 COMMENT 'Evidence summed over signals, in standard deviations; at least the detection threshold',
    `shutdown_probability` Float64 COMMENT 'Probability that somebody switched the network off, 0 to 1; never quote a shutdown without it',
    `cause` LowCardinality(String) COMMENT 'GOVERNMENT_DIRECTED, POWER_OUTAGE, CABLE_CUT, TECHNICAL_PROBLEM, MILITARY_ACTION, WEATHER; empty when nothing says',
    `signals_saw` Array(String) COMMENT 'Signals that fell beyond their noise during the event',
    `signals_could_not_see` Array(String) COMMENT 'Signals with holes, no history or too few probes to tell: neither for nor against the event',
    `reports` Array(String) COMMENT 'Ids of the linked reports, lower-case hex, as in v_reports',
    `generated` Bool COMMENT 'True when any of the evidence is rehearsal data that nobody measured',
    `as_of` DateTime64(3, 'UTC') COMMENT 'Time of the data up to which analysis looked',
    `computed_at` DateTime64(3, 'UTC') COMMENT 'When analysis reached this conclusion',
    `summary` String COMMENT 'The incident as JSON without the points of its series',
    `document` String COMMENT 'The whole incident as JSON, with the points of its series'
)
AS SELECT id, revision, state, country, region, asn, place_name, type, extent, networks, network_types, services, onset_earliest, onset_at, onset_latest, end_earliest, end_at, end_latest, score, shutdown_probability, cause, signals_saw, signals_could_not_see, reports, generated, as_of, computed_at, summary, document
FROM incidents FINAL
COMMENT 'Every revision of every incident';

CREATE OR REPLACE VIEW v_incidents {{on_cluster}}
(
    `id` String COMMENT 'Incident id: stable over every recomputation of the same event',
    `revision` UInt32 COMMENT 'Number of this revision of the incident, from 1; a revision never changes',
    `state` LowCardinality(String) COMMENT 'candidate, draft, in_review, published, published_quietly, embargoed, corrected, retracted, withdrawn',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place, ZZ when unknown',
    `region` LowCardinality(String) COMMENT 'ISO 3166-2 code of the place or the id of its source as ioda:4369; empty for a country or network',
    `asn` UInt32 COMMENT 'AS number of the place when it is one network, else 0',
    `place_name` String COMMENT 'Name of the place in English',
    `type` LowCardinality(String) COMMENT 'NATIONWIDE, REGIONAL, NETWORK or PLATFORM (Cloudflare Radar words)',
    `extent` LowCardinality(String) COMMENT 'full, service-based or throttling',
    `networks` Array(UInt32) COMMENT 'AS numbers affected, when not the whole place',
    `network_types` Array(String) COMMENT 'fixed and mobile, as far as known',
    `services` Array(String) COMMENT 'Host names of the services affected, for a service-based event',
    `onset_earliest` DateTime64(3, 'UTC') COMMENT 'The event had not begun before this moment',
    `onset_at` DateTime64(3, 'UTC') COMMENT 'Best estimate of when the event began',
    `onset_latest` DateTime64(3, 'UTC') COMMENT 'The event had begun by this moment',
    `end_earliest` Nullable(DateTime64(3, 'UTC')) COMMENT 'The event had not ended before this moment; NULL while it goes on',
    `end_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'Best estimate of when the event ended; NULL while it goes on',
    `end_latest` Nullable(DateTime64(3, 'UTC')) COMMENT 'The event had ended by this moment; NULL while it goes on',
    `score` Float64 COMMENT 'Evidence summed over signals, in standard deviations; at least the detection threshold',
    `shutdown_probability` Float64 COMMENT 'Probability that somebody switched the network off, 0 to 1; never quote a shutdown without it',
    `cause` LowCardinality(String) COMMENT 'GOVERNMENT_DIRECTED, POWER_OUTAGE, CABLE_CUT, TECHNICAL_PROBLEM, MILITARY_ACTION, WEATHER; empty when nothing says',
    `signals_saw` Array(String) COMMENT 'Signals that fell beyond their noise during the event',
    `signals_could_not_see` Array(String) COMMENT 'Signals with holes, no history or too few probes to tell: neither for nor against the event',
    `reports` Array(String) COMMENT 'Ids of the linked reports, lower-case hex, as in v_reports',
    `generated` Bool COMMENT 'True when any of the evidence is rehearsal data that nobody measured',
    `as_of` DateTime64(3, 'UTC') COMMENT 'Time of the data up to which analysis looked',
    `computed_at` DateTime64(3, 'UTC') COMMENT 'When analysis reached this conclusion',
    `summary` String COMMENT 'The incident as JSON without the points of its series',
    `document` String COMMENT 'The whole incident as JSON, with the points of its series'
)
AS SELECT id, revision, state, country, region, asn, place_name, type, extent, networks, network_types, services, onset_earliest, onset_at, onset_latest, end_earliest, end_at, end_latest, score, shutdown_probability, cause, signals_saw, signals_could_not_see, reports, generated, as_of, computed_at, summary, document
FROM incidents FINAL
ORDER BY revision DESC
LIMIT 1 BY id
COMMENT 'The latest revision of each incident';
