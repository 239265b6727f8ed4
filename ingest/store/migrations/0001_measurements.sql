-- One row a record of a probe. Words are LowCardinality(String), never Enum: the decoder is the one
-- place that closes a vocabulary, and an Enum that misses a word fails a whole block of good rows.
-- The sorting key is content only, so that copies of a record meet and collapse wherever and whenever
-- they were received; first_wins keeps the copy received first.
CREATE TABLE IF NOT EXISTS measurements {{on_cluster}}
(
    id FixedString(16) COMMENT 'Record id: SHA-256 of the public key and the signed line, cut to 16 bytes',
    batch FixedString(32) COMMENT 'Batch id: SHA-256 of the batch as signed' CODEC(ZSTD(1)),
    probe FixedString(32) COMMENT 'Ed25519 public key that signed the batch; one per network and epoch, not per person' CODEC(ZSTD(1)),
    measured_at DateTime64(3, 'UTC') COMMENT 'When the check began, by the probe clock' CODEC(Delta(8), ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When a gateway accepted the batch' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    region LowCardinality(String) COMMENT 'ISO 3166-2 code, empty when unknown',
    asn UInt32 COMMENT 'Number of the autonomous system, 0 when unknown' CODEC(ZSTD(1)),
    as_name LowCardinality(String) COMMENT 'Name of the autonomous system, empty when unknown',
    network_type LowCardinality(String) COMMENT 'fixed, mobile or unknown, as the volunteer said',
    origin LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    software LowCardinality(String) COMMENT 'Program and version that measured',
    plan LowCardinality(String) COMMENT 'Version of the target list',
    generated Bool COMMENT 'True for rehearsal data that nobody measured' CODEC(ZSTD(1)),
    kind LowCardinality(String) COMMENT 'beat, dns, tcp, tls or http',
    check UInt32 COMMENT 'Number that ties the records of one check within a batch; 0 stands alone' CODEC(ZSTD(1)),
    target LowCardinality(String) COMMENT 'URL (http), host name (dns) or host:port (tcp, tls); empty for a beat',
    class LowCardinality(String) COMMENT 'domestic, foreign, anchor or service; empty for a beat',
    failure LowCardinality(String) COMMENT 'Word of the OONI failure vocabulary; empty means success',
    duration_ms UInt32 COMMENT 'How long the step took, in milliseconds' CODEC(ZSTD(1)),
    domestic_tried UInt8 COMMENT 'beat: domestic anchors asked; 0 means not looked' CODEC(ZSTD(1)),
    domestic_answered UInt8 COMMENT 'beat: domestic anchors that answered' CODEC(ZSTD(1)),
    foreign_tried UInt8 COMMENT 'beat: foreign anchors asked; 0 means not looked' CODEC(ZSTD(1)),
    foreign_answered UInt8 COMMENT 'beat: foreign anchors that answered' CODEC(ZSTD(1)),
    resolver LowCardinality(String) COMMENT 'dns: class of the resolver: system, isp or public',
    transport LowCardinality(String) COMMENT 'dns: udp, tcp, dot, doh, or system when the system chose',
    query LowCardinality(String) COMMENT 'dns: question type: A, AAAA, CNAME or HTTPS',
    rcode LowCardinality(String) COMMENT 'dns: name of the response code; empty when none came or it is hidden',
    answers Array(String) COMMENT 'dns: addresses answered, as text; empty text where withheld' CODEC(ZSTD(1)),
    answer_classes Array(LowCardinality(String)) COMMENT 'dns: public, private or bogon, one for each answer' CODEC(ZSTD(1)),
    answer_asns Array(UInt32) COMMENT 'dns: autonomous system of each answer, 0 when unknown' CODEC(ZSTD(1)),
    conflict Bool COMMENT 'dns: two answers to one question disagreed, the mark of an injected one' CODEC(ZSTD(1)),
    gap_ms UInt32 COMMENT 'dns: milliseconds between the first and the conflicting answer' CODEC(ZSTD(1)),
    address String COMMENT 'tcp, tls: address connected to, as text' CODEC(ZSTD(1)),
    address_asn UInt32 COMMENT 'tcp, tls: autonomous system of that address, 0 when unknown' CODEC(ZSTD(1)),
    server_name LowCardinality(String) COMMENT 'tls: server name sent (SNI)',
    tls_version LowCardinality(String) COMMENT 'tls: 1.0 to 1.3; empty when no handshake finished',
    key_sha256 String COMMENT 'tls: SHA-256 of the leaf key (SubjectPublicKeyInfo), hex' CODEC(ZSTD(1)),
    status UInt16 COMMENT 'http: status code, 0 when no response' CODEC(ZSTD(1)),
    redirects UInt8 COMMENT 'http: redirects followed' CODEC(ZSTD(1)),
    body_bytes UInt32 COMMENT 'http: bytes of the body that were read' CODEC(ZSTD(1)),
    body_sha256 String COMMENT 'http: SHA-256 of the bytes read, hex' CODEC(ZSTD(1)),
    fingerprint LowCardinality(String) COMMENT 'http: id of the block page that the body matched',
    first_wins UInt64 MATERIALIZED 18446744073709551615 - toUnixTimestamp64Milli(received_at) COMMENT 'Version that keeps the copy received first' CODEC(Delta(8), ZSTD(1))
)
ENGINE = {{replicated}}ReplacingMergeTree(first_wins)
PARTITION BY toYYYYMM(measured_at)
ORDER BY (kind, measured_at, id)
COMMENT 'Records of probes, with copies: read v_measurements instead';

-- The same record always lies in the same partition, so FINAL need not look across partitions.
CREATE OR REPLACE VIEW v_measurements {{on_cluster}}
(
    id String COMMENT 'Record id in hex: SHA-256 of the public key and the signed line, cut to 16 bytes',
    batch String COMMENT 'Batch id in hex: SHA-256 of the batch as signed',
    probe String COMMENT 'Public key in hex that signed the batch; one per network and epoch, not per person',
    measured_at DateTime64(3, 'UTC') COMMENT 'When the check began, by the probe clock',
    received_at DateTime64(3, 'UTC') COMMENT 'When a gateway first accepted the record',
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    region LowCardinality(String) COMMENT 'ISO 3166-2 code, empty when unknown',
    asn UInt32 COMMENT 'Number of the autonomous system, 0 when unknown',
    as_name LowCardinality(String) COMMENT 'Name of the autonomous system, empty when unknown',
    network_type LowCardinality(String) COMMENT 'fixed, mobile or unknown, as the volunteer said',
    origin LowCardinality(String) COMMENT 'located: network found from the address; declared: as the probe said',
    software LowCardinality(String) COMMENT 'Program and version that measured',
    plan LowCardinality(String) COMMENT 'Version of the target list',
    generated Bool COMMENT 'True for rehearsal data that nobody measured',
    kind LowCardinality(String) COMMENT 'beat, dns, tcp, tls or http',
    check UInt32 COMMENT 'Number that ties the records of one check within a batch; 0 stands alone',
    target LowCardinality(String) COMMENT 'URL (http), host name (dns) or host:port (tcp, tls); empty for a beat',
    class LowCardinality(String) COMMENT 'domestic, foreign, anchor or service; empty for a beat',
    failure LowCardinality(String) COMMENT 'Word of the OONI failure vocabulary; empty means success',
    duration_ms UInt32 COMMENT 'How long the step took, in milliseconds',
    domestic_tried UInt8 COMMENT 'beat: domestic anchors asked; 0 means not looked',
    domestic_answered UInt8 COMMENT 'beat: domestic anchors that answered',
    foreign_tried UInt8 COMMENT 'beat: foreign anchors asked; 0 means not looked',
    foreign_answered UInt8 COMMENT 'beat: foreign anchors that answered',
    resolver LowCardinality(String) COMMENT 'dns: class of the resolver: system, isp or public',
    transport LowCardinality(String) COMMENT 'dns: udp, tcp, dot, doh, or system when the system chose',
    query LowCardinality(String) COMMENT 'dns: question type: A, AAAA, CNAME or HTTPS',
    rcode LowCardinality(String) COMMENT 'dns: name of the response code; empty when none came or it is hidden',
    answers Array(String) COMMENT 'dns: addresses answered, as text; empty text where withheld',
    answer_classes Array(LowCardinality(String)) COMMENT 'dns: public, private or bogon, one for each answer',
    answer_asns Array(UInt32) COMMENT 'dns: autonomous system of each answer, 0 when unknown',
    conflict Bool COMMENT 'dns: two answers to one question disagreed, the mark of an injected one',
    gap_ms UInt32 COMMENT 'dns: milliseconds between the first and the conflicting answer',
    address String COMMENT 'tcp, tls: address connected to, as text',
    address_asn UInt32 COMMENT 'tcp, tls: autonomous system of that address, 0 when unknown',
    server_name LowCardinality(String) COMMENT 'tls: server name sent (SNI)',
    tls_version LowCardinality(String) COMMENT 'tls: 1.0 to 1.3; empty when no handshake finished',
    key_sha256 String COMMENT 'tls: SHA-256 of the leaf key (SubjectPublicKeyInfo), hex',
    status UInt16 COMMENT 'http: status code, 0 when no response',
    redirects UInt8 COMMENT 'http: redirects followed',
    body_bytes UInt32 COMMENT 'http: bytes of the body that were read',
    body_sha256 String COMMENT 'http: SHA-256 of the bytes read, hex',
    fingerprint LowCardinality(String) COMMENT 'http: id of the block page that the body matched'
)
AS SELECT
    lower(hex(measurements.id)) AS id, lower(hex(measurements.batch)) AS batch, lower(hex(measurements.probe)) AS probe,
    measured_at, received_at, country, region, asn, as_name, network_type, origin, software, plan, generated,
    kind, check, target, class, failure, duration_ms,
    domestic_tried, domestic_answered, foreign_tried, foreign_answered,
    resolver, transport, query, rcode, answers, answer_classes, answer_asns, conflict, gap_ms,
    address, address_asn, server_name, tls_version, key_sha256,
    status, redirects, body_bytes, body_sha256, fingerprint
FROM measurements FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'Records of probes, each exactly once';
