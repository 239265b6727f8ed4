-- All tables and views of ingest, as the migrations leave them. Written by go test -update.

CREATE TABLE measurements
(
    `id` FixedString(16) COMMENT 'Record id: SHA-256 of the public key and the signed line, cut to 16 bytes',
    `batch` FixedString(32) COMMENT 'Batch id: SHA-256 of the batch as signed' CODEC(ZSTD(1)),
    `probe` FixedString(32) COMMENT 'Ed25519 public key that signed the batch; one per network and epoch, not per person' CODEC(ZSTD(1)),
    `measured_at` DateTime64(3, 'UTC') COMMENT 'When the check began, by the probe clock' CODEC(Delta(8), ZSTD(1)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'When a gateway accepted the batch' CODEC(Delta(8), ZSTD(1)),
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    `region` LowCardinality(String) COMMENT 'ISO 3166-2 code, empty when unknown',
    `asn` UInt32 COMMENT 'Number of the autonomous system, 0 when unknown' CODEC(ZSTD(1)),
    `as_name` LowCardinality(String) COMMENT 'Name of the autonomous system, empty when unknown',
    `network_type` LowCardinality(String) COMMENT 'fixed, mobile or unknown, as the volunteer said',
    `origin` LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    `software` LowCardinality(String) COMMENT 'Program and version that measured',
    `plan` LowCardinality(String) COMMENT 'Version of the target list',
    `generated` Bool COMMENT 'True for rehearsal data that nobody measured' CODEC(ZSTD(1)),
    `kind` LowCardinality(String) COMMENT 'beat, dns, tcp, tls, http or quic',
    `check` UInt32 COMMENT 'Number that ties the records of one check within a batch; 0 stands alone' CODEC(ZSTD(1)),
    `target` LowCardinality(String) COMMENT 'URL (http), host name (dns) or host:port (tcp, tls, quic); empty for a beat',
    `class` LowCardinality(String) COMMENT 'domestic, foreign, anchor or service; empty for a beat',
    `failure` LowCardinality(String) COMMENT 'Word of the OONI failure vocabulary; empty means success',
    `duration_ms` UInt32 COMMENT 'How long the step took, in milliseconds' CODEC(ZSTD(1)),
    `domestic_tried` UInt8 COMMENT 'beat: domestic anchors asked; 0 means not looked' CODEC(ZSTD(1)),
    `domestic_answered` UInt8 COMMENT 'beat: domestic anchors that answered' CODEC(ZSTD(1)),
    `foreign_tried` UInt8 COMMENT 'beat: foreign anchors asked; 0 means not looked' CODEC(ZSTD(1)),
    `foreign_answered` UInt8 COMMENT 'beat: foreign anchors that answered' CODEC(ZSTD(1)),
    `resolver` LowCardinality(String) COMMENT 'dns: class of the resolver: system, isp or public',
    `transport` LowCardinality(String) COMMENT 'dns: udp, tcp, dot, doh, or system when the system chose',
    `query` LowCardinality(String) COMMENT 'dns: question type: A, AAAA, CNAME or HTTPS',
    `rcode` LowCardinality(String) COMMENT 'dns: name of the response code; empty when none came or it is hidden',
    `answers` Array(String) COMMENT 'dns: addresses answered, as text; empty text where withheld' CODEC(ZSTD(1)),
    `answer_classes` Array(LowCardinality(String)) COMMENT 'dns: public, private or bogon, one for each answer' CODEC(ZSTD(1)),
    `answer_asns` Array(UInt32) COMMENT 'dns: autonomous system of each answer, 0 when unknown' CODEC(ZSTD(1)),
    `conflict` Bool COMMENT 'dns: two answers to one question disagreed, the mark of an injected one' CODEC(ZSTD(1)),
    `gap_ms` UInt32 COMMENT 'dns: milliseconds between the first and the conflicting answer' CODEC(ZSTD(1)),
    `address` String COMMENT 'tcp, tls, quic: address connected to, as text' CODEC(ZSTD(1)),
    `address_asn` UInt32 COMMENT 'tcp, tls, quic: autonomous system of that address, 0 when unknown' CODEC(ZSTD(1)),
    `server_name` LowCardinality(String) COMMENT 'tls, quic: server name sent (SNI)',
    `tls_version` LowCardinality(String) COMMENT 'tls: 1.0 to 1.3; empty when no handshake finished',
    `key_sha256` String COMMENT 'tls, quic: SHA-256 of the leaf key (SubjectPublicKeyInfo), hex' CODEC(ZSTD(1)),
    `status` UInt16 COMMENT 'http: status code, 0 when no response' CODEC(ZSTD(1)),
    `redirects` UInt8 COMMENT 'http: redirects followed' CODEC(ZSTD(1)),
    `body_bytes` UInt32 COMMENT 'http: bytes of the body that were read' CODEC(ZSTD(1)),
    `body_sha256` String COMMENT 'http: SHA-256 of the bytes read, hex' CODEC(ZSTD(1)),
    `fingerprint` LowCardinality(String) COMMENT 'http: id of the block page that the body matched',
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Version that keeps the copy received first' CODEC(Delta(8), ZSTD(1)),
    `vantage` LowCardinality(String) DEFAULT 'probe' COMMENT 'probe, or control for one that an operator runs where nothing is blocked',
    `source` LowCardinality(String) DEFAULT 'lamplight' COMMENT 'Who measured: lamplight, or ooni for results taken over from OONI',
    `plan_stale` Bool COMMENT 'The target list had expired when it was measured' CODEC(ZSTD(1)),
    `clock_offset_seconds` Int32 COMMENT 'By how much the clock of the gateway was ahead of the probe\'s, in whole minutes; 0 also when unknown' CODEC(ZSTD(1)),
    `clock_stepped` Bool COMMENT 'The clock of the probe was moved while this was measured' CODEC(ZSTD(1)),
    `interface` LowCardinality(String) COMMENT 'beat: up or down, the machine\'s own network interfaces together; empty when not looked',
    `router` LowCardinality(String) COMMENT 'beat: answers, silent or none, the machine\'s own gateway; empty when not asked',
    `resolver_asn` UInt32 COMMENT 'dns: autonomous system that the resolver asks from, 0 when unknown' CODEC(ZSTD(1)),
    `cnames` Array(String) COMMENT 'dns: names that the target is another name for, in order' CODEC(ZSTD(1)),
    `alpn` Array(LowCardinality(String)) COMMENT 'dns: protocols that an HTTPS answer offers' CODEC(ZSTD(1)),
    `ech` Bool COMMENT 'dns: an HTTPS answer held a key for encrypted hellos' CODEC(ZSTD(1)),
    `flaw` LowCardinality(String) COMMENT 'dns: what was wrong with an answer: wrong_id, wrong_question, malformed, truncated or lame',
    `other_rcode` LowCardinality(String) COMMENT 'dns: name of the response code of the second, conflicting answer',
    `other_answers` Array(String) COMMENT 'dns: addresses of the second, conflicting answer; empty text where withheld' CODEC(ZSTD(1)),
    `other_answer_classes` Array(LowCardinality(String)) COMMENT 'dns: public, private or bogon, one for each of other_answers' CODEC(ZSTD(1)),
    `other_answer_asns` Array(UInt32) COMMENT 'dns: autonomous system of each of other_answers, 0 when unknown' CODEC(ZSTD(1)),
    `decoy` Bool COMMENT 'tls: the server name was not the target\'s, to tell blocking by name from blocking by address' CODEC(ZSTD(1)),
    `chain_sha256` Array(String) COMMENT 'tls: SHA-256 of the keys of the certificates after the leaf, hex' CODEC(ZSTD(1)),
    `certificate` LowCardinality(String) COMMENT 'tls: what is wrong with the certificate: expired, not_yet_valid, wrong_host, self_signed, unknown_authority, malformed, other',
    `alert` UInt8 COMMENT 'tls, quic: number of the alert that ended the handshake, 0 when none did' CODEC(ZSTD(1)),
    `quic_version` LowCardinality(String) COMMENT 'quic: 1 or 2; empty when no handshake finished',
    `plain` Bool COMMENT 'http: the exchange that counts went without TLS' CODEC(ZSTD(1)),
    `elsewhere` Bool COMMENT 'http: a redirect led to a host that is not the target\'s' CODEC(ZSTD(1)),
    `title_sha256` String COMMENT 'http: SHA-256 of the title of the page, hex; empty when it has none' CODEC(ZSTD(1)),
    `first_byte_ms` UInt32 COMMENT 'http: milliseconds from the request to the first byte of the answer' CODEC(ZSTD(1)),
    `pace_ms` Array(UInt32) COMMENT 'http: milliseconds from the request to each further 8 KiB of the body' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(first_wins)
PARTITION BY toYYYYMM(measured_at)
ORDER BY (kind, measured_at, id)
SETTINGS index_granularity = 8192
COMMENT 'Records of probes, with copies: read v_measurements instead';

CREATE VIEW v_measurements
(
    `id` String COMMENT 'Record id in hex: SHA-256 of the public key and the signed line, cut to 16 bytes',
    `batch` String COMMENT 'Batch id in hex: SHA-256 of the batch as signed',
    `probe` String COMMENT 'Public key in hex that signed the batch; one per network and epoch, not per person',
    `measured_at` DateTime64(3, 'UTC') COMMENT 'When the check began, by the probe clock',
    `received_at` DateTime64(3, 'UTC') COMMENT 'When a gateway first accepted the record',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    `region` LowCardinality(String) COMMENT 'ISO 3166-2 code, empty when unknown',
    `asn` UInt32 COMMENT 'Number of the autonomous system, 0 when unknown',
    `as_name` LowCardinality(String) COMMENT 'Name of the autonomous system, empty when unknown',
    `network_type` LowCardinality(String) COMMENT 'fixed, mobile or unknown, as the volunteer said',
    `origin` LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    `software` LowCardinality(String) COMMENT 'Program and version that measured',
    `plan` LowCardinality(String) COMMENT 'Version of the target list',
    `generated` Bool COMMENT 'True for rehearsal data that nobody measured',
    `kind` LowCardinality(String) COMMENT 'beat, dns, tcp, tls, http or quic',
    `check` UInt32 COMMENT 'Number that ties the records of one check within a batch; 0 stands alone',
    `target` LowCardinality(String) COMMENT 'URL (http), host name (dns) or host:port (tcp, tls, quic); empty for a beat',
    `class` LowCardinality(String) COMMENT 'domestic, foreign, anchor or service; empty for a beat',
    `failure` LowCardinality(String) COMMENT 'Word of the OONI failure vocabulary; empty means success',
    `duration_ms` UInt32 COMMENT 'How long the step took, in milliseconds',
    `domestic_tried` UInt8 COMMENT 'beat: domestic anchors asked; 0 means not looked',
    `domestic_answered` UInt8 COMMENT 'beat: domestic anchors that answered',
    `foreign_tried` UInt8 COMMENT 'beat: foreign anchors asked; 0 means not looked',
    `foreign_answered` UInt8 COMMENT 'beat: foreign anchors that answered',
    `resolver` LowCardinality(String) COMMENT 'dns: class of the resolver: system, isp or public',
    `transport` LowCardinality(String) COMMENT 'dns: udp, tcp, dot, doh, or system when the system chose',
    `query` LowCardinality(String) COMMENT 'dns: question type: A, AAAA, CNAME or HTTPS',
    `rcode` LowCardinality(String) COMMENT 'dns: name of the response code; empty when none came or it is hidden',
    `answers` Array(String) COMMENT 'dns: addresses answered, as text; empty text where withheld',
    `answer_classes` Array(LowCardinality(String)) COMMENT 'dns: public, private or bogon, one for each answer',
    `answer_asns` Array(UInt32) COMMENT 'dns: autonomous system of each answer, 0 when unknown',
    `conflict` Bool COMMENT 'dns: two answers to one question disagreed, the mark of an injected one',
    `gap_ms` UInt32 COMMENT 'dns: milliseconds between the first and the conflicting answer',
    `address` String COMMENT 'tcp, tls, quic: address connected to, as text',
    `address_asn` UInt32 COMMENT 'tcp, tls, quic: autonomous system of that address, 0 when unknown',
    `server_name` LowCardinality(String) COMMENT 'tls, quic: server name sent (SNI)',
    `tls_version` LowCardinality(String) COMMENT 'tls: 1.0 to 1.3; empty when no handshake finished',
    `key_sha256` String COMMENT 'tls, quic: SHA-256 of the leaf key (SubjectPublicKeyInfo), hex',
    `status` UInt16 COMMENT 'http: status code, 0 when no response',
    `redirects` UInt8 COMMENT 'http: redirects followed',
    `body_bytes` UInt32 COMMENT 'http: bytes of the body that were read',
    `body_sha256` String COMMENT 'http: SHA-256 of the bytes read, hex',
    `fingerprint` LowCardinality(String) COMMENT 'http: id of the block page that the body matched',
    `vantage` LowCardinality(String) COMMENT 'probe, or control for one that an operator runs where nothing is blocked',
    `source` LowCardinality(String) COMMENT 'Who measured: lamplight, or ooni for results taken over from OONI',
    `plan_stale` Bool COMMENT 'The target list had expired when it was measured',
    `clock_offset_seconds` Int32 COMMENT 'By how much the clock of the gateway was ahead of the probe\'s, in whole minutes; 0 also when unknown',
    `clock_stepped` Bool COMMENT 'The clock of the probe was moved while this was measured',
    `interface` LowCardinality(String) COMMENT 'beat: up or down, the machine\'s own network interfaces together; empty when not looked',
    `router` LowCardinality(String) COMMENT 'beat: answers, silent or none, the machine\'s own gateway; empty when not asked',
    `resolver_asn` UInt32 COMMENT 'dns: autonomous system that the resolver asks from, 0 when unknown',
    `cnames` Array(String) COMMENT 'dns: names that the target is another name for, in order',
    `alpn` Array(LowCardinality(String)) COMMENT 'dns: protocols that an HTTPS answer offers',
    `ech` Bool COMMENT 'dns: an HTTPS answer held a key for encrypted hellos',
    `flaw` LowCardinality(String) COMMENT 'dns: what was wrong with an answer: wrong_id, wrong_question, malformed, truncated or lame',
    `other_rcode` LowCardinality(String) COMMENT 'dns: name of the response code of the second, conflicting answer',
    `other_answers` Array(String) COMMENT 'dns: addresses of the second, conflicting answer; empty text where withheld',
    `other_answer_classes` Array(LowCardinality(String)) COMMENT 'dns: public, private or bogon, one for each of other_answers',
    `other_answer_asns` Array(UInt32) COMMENT 'dns: autonomous system of each of other_answers, 0 when unknown',
    `decoy` Bool COMMENT 'tls: the server name was not the target\'s, to tell blocking by name from blocking by address',
    `chain_sha256` Array(String) COMMENT 'tls: SHA-256 of the keys of the certificates after the leaf, hex',
    `certificate` LowCardinality(String) COMMENT 'tls: what is wrong with the certificate: expired, not_yet_valid, wrong_host, self_signed, unknown_authority, malformed, other',
    `alert` UInt8 COMMENT 'tls, quic: number of the alert that ended the handshake, 0 when none did',
    `quic_version` LowCardinality(String) COMMENT 'quic: 1 or 2; empty when no handshake finished',
    `plain` Bool COMMENT 'http: the exchange that counts went without TLS',
    `elsewhere` Bool COMMENT 'http: a redirect led to a host that is not the target\'s',
    `title_sha256` String COMMENT 'http: SHA-256 of the title of the page, hex; empty when it has none',
    `first_byte_ms` UInt32 COMMENT 'http: milliseconds from the request to the first byte of the answer',
    `pace_ms` Array(UInt32) COMMENT 'http: milliseconds from the request to each further 8 KiB of the body'
)
COMMENT 'Records of probes, each exactly once'
AS SELECT
    lower(hex(measurements.id)) AS id,
    lower(hex(measurements.batch)) AS batch,
    lower(hex(measurements.probe)) AS probe,
    measured_at,
    received_at,
    country,
    region,
    asn,
    as_name,
    network_type,
    origin,
    software,
    plan,
    generated,
    kind,
    check,
    target,
    class,
    failure,
    duration_ms,
    domestic_tried,
    domestic_answered,
    foreign_tried,
    foreign_answered,
    resolver,
    transport,
    query,
    rcode,
    answers,
    answer_classes,
    answer_asns,
    conflict,
    gap_ms,
    address,
    address_asn,
    server_name,
    tls_version,
    key_sha256,
    status,
    redirects,
    body_bytes,
    body_sha256,
    fingerprint,
    vantage,
    source,
    plan_stale,
    clock_offset_seconds,
    clock_stepped,
    interface,
    router,
    resolver_asn,
    cnames,
    alpn,
    ech,
    flaw,
    other_rcode,
    other_answers,
    other_answer_classes,
    other_answer_asns,
    decoy,
    chain_sha256,
    certificate,
    alert,
    quic_version,
    plain,
    elsewhere,
    title_sha256,
    first_byte_ms,
    pace_ms
FROM measurements
FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE TABLE batches
(
    `id` FixedString(32) COMMENT 'SHA-256 of the uncompressed bytes',
    `probe` FixedString(32) COMMENT 'Ed25519 public key that signed the bytes' CODEC(ZSTD(1)),
    `signature` FixedString(64) COMMENT 'Ed25519 signature over the domain prefix and the bytes',
    `created_at` DateTime64(3, 'UTC') COMMENT 'When the probe closed the batch, by its clock' CODEC(Delta(8), ZSTD(1)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'When a gateway accepted the batch' CODEC(Delta(8), ZSTD(1)),
    `sequence` UInt64 COMMENT 'Number of the batch in the chain of its key, from 1' CODEC(Delta(8), ZSTD(1)),
    `previous` String COMMENT 'Id of the batch before it in the chain, 32 bytes; empty for the first' CODEC(ZSTD(1)),
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    `asn` UInt32 COMMENT 'Number of the autonomous system, 0 when unknown' CODEC(ZSTD(1)),
    `origin` LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    `records` UInt32 COMMENT 'Lines that became measurements' CODEC(ZSTD(1)),
    `rejected` UInt32 COMMENT 'Lines that are not records or whose time was not admitted' CODEC(ZSTD(1)),
    `generated` Bool COMMENT 'True for rehearsal data that nobody measured' CODEC(ZSTD(1)),
    `bytes` String COMMENT 'The batch, uncompressed, exactly as signed' CODEC(ZSTD(3)),
    `first_wins` UInt64 MATERIALIZED 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Version that keeps the copy received first' CODEC(Delta(8), ZSTD(1)),
    INDEX by_id id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(first_wins)
PARTITION BY toYYYYMM(created_at)
ORDER BY (probe, sequence, id)
SETTINGS index_granularity = 8192
COMMENT 'Signed batches, with copies: read v_batches instead';

CREATE VIEW v_batches
(
    `id` String COMMENT 'SHA-256 of the uncompressed bytes, hex',
    `probe` String COMMENT 'Ed25519 public key that signed the bytes, hex',
    `signature` String COMMENT 'Ed25519 signature over the domain prefix and the bytes, hex',
    `created_at` DateTime64(3, 'UTC') COMMENT 'When the probe closed the batch, by its clock',
    `received_at` DateTime64(3, 'UTC') COMMENT 'When a gateway first accepted the batch',
    `sequence` UInt64 COMMENT 'Number of the batch in the chain of its key, from 1',
    `previous` String COMMENT 'Id of the batch before it in the chain, hex; empty for the first',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    `asn` UInt32 COMMENT 'Number of the autonomous system, 0 when unknown',
    `origin` LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    `records` UInt32 COMMENT 'Lines that became measurements',
    `rejected` UInt32 COMMENT 'Lines that are not records or whose time was not admitted',
    `generated` Bool COMMENT 'True for rehearsal data that nobody measured',
    `bytes` String COMMENT 'The batch, uncompressed, exactly as signed'
)
COMMENT 'Signed batches, each exactly once'
AS SELECT
    lower(hex(batches.id)) AS id,
    lower(hex(batches.probe)) AS probe,
    lower(hex(batches.signature)) AS signature,
    created_at,
    received_at,
    sequence,
    lower(hex(batches.previous)) AS previous,
    country,
    asn,
    origin,
    records,
    rejected,
    generated,
    bytes
FROM batches
FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE TABLE signals
(
    `source` LowCardinality(String) COMMENT 'Who measured: ioda',
    `entity_type` LowCardinality(String) COMMENT 'country, region or asn',
    `entity_code` LowCardinality(String) COMMENT 'The place in the words of its source: IQ, 4369, 5089',
    `name` LowCardinality(String) COMMENT 'The series as its source calls it: bgp, ping-slash24, merit-nt, gtr',
    `at` DateTime('UTC') COMMENT 'Start of the bin' CODEC(Delta(4), ZSTD(1)),
    `value` Float64 COMMENT 'The value in the unit of its source' CODEC(ZSTD(1)),
    `received_at` DateTime64(3, 'UTC') COMMENT 'When Lamplight took the value in' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(at)
ORDER BY (source, entity_type, entity_code, name, at)
SETTINGS index_granularity = 8192
COMMENT 'Series that others measured, with copies: read v_signals instead';

CREATE VIEW v_signals
(
    `source` LowCardinality(String) COMMENT 'Who measured: ioda',
    `entity_type` LowCardinality(String) COMMENT 'country, region or asn',
    `entity_code` LowCardinality(String) COMMENT 'The place in the words of its source: IQ, 4369, 5089',
    `name` LowCardinality(String) COMMENT 'The series as its source calls it: bgp, ping-slash24, merit-nt, gtr',
    `at` DateTime('UTC') COMMENT 'Start of the bin',
    `value` Float64 COMMENT 'The value in the unit of its source',
    `received_at` DateTime64(3, 'UTC') COMMENT 'When Lamplight last took the value in'
)
COMMENT 'Series that others measured, each point exactly once'
AS SELECT
    source,
    entity_type,
    entity_code,
    name,
    at,
    value,
    received_at
FROM signals
FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE TABLE atlas_connections
(
    `probe_id` UInt32 COMMENT 'RIPE Atlas probe' CODEC(ZSTD(1)),
    `at` DateTime('UTC') COMMENT 'When the probe connected or disconnected' CODEC(Delta(4), ZSTD(1)),
    `event` LowCardinality(String) COMMENT 'connect or disconnect',
    `asn` UInt32 COMMENT 'Autonomous system of the probe at that time, 0 when unknown' CODEC(ZSTD(1)),
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code by the prefix, ZZ when unknown',
    `prefix` String COMMENT 'Prefix that the probe connected from' CODEC(ZSTD(1)),
    `controller` LowCardinality(String) COMMENT 'Atlas controller that logged the event',
    `received_at` DateTime64(3, 'UTC') COMMENT 'When Lamplight took the event in' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(at)
ORDER BY (at, probe_id, event)
SETTINGS index_granularity = 8192
COMMENT 'Connections of RIPE Atlas probes, with copies: read v_atlas_connections instead';

CREATE VIEW v_atlas_connections
(
    `probe_id` UInt32 COMMENT 'RIPE Atlas probe',
    `at` DateTime('UTC') COMMENT 'When the probe connected or disconnected',
    `event` LowCardinality(String) COMMENT 'connect or disconnect',
    `asn` UInt32 COMMENT 'Autonomous system of the probe at that time, 0 when unknown',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code by the prefix, ZZ when unknown',
    `prefix` String COMMENT 'Prefix that the probe connected from',
    `controller` LowCardinality(String) COMMENT 'Atlas controller that logged the event',
    `received_at` DateTime64(3, 'UTC') COMMENT 'When Lamplight last took the event in'
)
COMMENT 'Connections of RIPE Atlas probes, each exactly once'
AS SELECT
    probe_id,
    at,
    event,
    asn,
    country,
    prefix,
    controller,
    received_at
FROM atlas_connections
FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE TABLE reports
(
    `id` FixedString(16) COMMENT 'Hash of the source and the fields that identify the report',
    `source` LowCardinality(String) COMMENT 'Who reported: access-now-stop',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code',
    `regions` Array(LowCardinality(String)) COMMENT 'ISO 3166-2 codes, as far as known',
    `area` String COMMENT 'The area as the source words it',
    `scope` LowCardinality(String) COMMENT 'national, regional, local or unknown',
    `start_date` Date COMMENT 'First day, local',
    `end_date` Nullable(Date) COMMENT 'Last day, local; NULL when unknown or ongoing',
    `type` LowCardinality(String) COMMENT 'shutdown, throttling, service-based ...',
    `network` LowCardinality(String) COMMENT 'mobile, fixed, both or unknown',
    `services` Array(LowCardinality(String)) COMMENT 'Services blocked, when service-based',
    `cause` String COMMENT 'The cause as the source words it',
    `title` String COMMENT 'Headline or one-line summary',
    `link` String COMMENT 'Where the report can be read',
    `received_at` DateTime64(3, 'UTC') COMMENT 'When Lamplight took the report in'
)
ENGINE = ReplacingMergeTree(received_at)
ORDER BY (source, id)
SETTINGS index_granularity = 8192
COMMENT 'Reported shutdowns, with copies: read v_reports instead';

CREATE VIEW v_reports
(
    `id` String COMMENT 'Hash of the source and the fields that identify the report, hex',
    `source` LowCardinality(String) COMMENT 'Who reported: access-now-stop',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code',
    `regions` Array(LowCardinality(String)) COMMENT 'ISO 3166-2 codes, as far as known',
    `area` String COMMENT 'The area as the source words it',
    `scope` LowCardinality(String) COMMENT 'national, regional, local or unknown',
    `start_date` Date COMMENT 'First day, local',
    `end_date` Nullable(Date) COMMENT 'Last day, local; NULL when unknown or ongoing',
    `type` LowCardinality(String) COMMENT 'shutdown, throttling, service-based ...',
    `network` LowCardinality(String) COMMENT 'mobile, fixed, both or unknown',
    `services` Array(LowCardinality(String)) COMMENT 'Services blocked, when service-based',
    `cause` String COMMENT 'The cause as the source words it',
    `title` String COMMENT 'Headline or one-line summary',
    `link` String COMMENT 'Where the report can be read',
    `received_at` DateTime64(3, 'UTC') COMMENT 'When Lamplight last took the report in'
)
COMMENT 'Reported shutdowns, each exactly once'
AS SELECT
    lower(hex(reports.id)) AS id,
    source,
    country,
    regions,
    area,
    scope,
    start_date,
    end_date,
    type,
    network,
    services,
    cause,
    title,
    link,
    received_at
FROM reports
FINAL;

