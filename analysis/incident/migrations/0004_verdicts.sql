-- Bytes that two keys signed are two batches: the key belongs to what a look is known by.
CREATE TABLE IF NOT EXISTS verdicts {{on_cluster}}
(
    `target` LowCardinality(String) COMMENT 'URL that was looked at, or host name where only resolvers were asked',
    `at` DateTime64(3, 'UTC') COMMENT 'When the look began, by the probe clock' CODEC(Delta(8), ZSTD(1)),
    `batch` FixedString(32) COMMENT 'Batch of the look: SHA-256 of the batch as signed' CODEC(ZSTD(1)),
    `check` UInt32 COMMENT 'Number that ties the records of the look within its batch' CODEC(ZSTD(1)),
    `probe` FixedString(32) COMMENT 'Ed25519 public key that signed the batch; one per network and month, not per person' CODEC(ZSTD(1)),
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    `asn` UInt32 COMMENT 'Number of the autonomous system, 0 when unknown' CODEC(ZSTD(1)),
    `located` Bool COMMENT 'The gateway has found the key in this network, by an address; where not, the look is in no count',
    `class` LowCardinality(String) COMMENT 'domestic, foreign, anchor or service, as the target list has it',
    `verdict` LowCardinality(String) COMMENT 'blocked, accessible, down (in both places), local (the probe itself was offline) or inconclusive',
    `how` Array(LowCardinality(String)) COMMENT 'Of what is blocked: dns, tcp_ip, tls, tls_sni, tls_address, tls_mitm, http, redirect, throttling, quic; the surest first',
    `rules` Array(LowCardinality(String)) COMMENT 'Ids of the rules that hold: the one that decided, those that say the same, and notes; control.missing where nobody looked to compare',
    `reason` LowCardinality(String) COMMENT 'The sentences that the rules stand on',
    `control_batch` String COMMENT 'Batch of the control look that it was compared with; empty when there was none' CODEC(ZSTD(1)),
    `control_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When that look began; NULL when there was none' CODEC(ZSTD(1)),
    `control_country` LowCardinality(String) COMMENT 'Where that control is; empty when there was none',
    `generated` Bool COMMENT 'True for rehearsal data that nobody measured',
    `judged_at` DateTime64(3, 'UTC') COMMENT 'When analysis reached this conclusion; the latest counts' CODEC(Delta(8), ZSTD(1))
)
ENGINE = {{replicated}}ReplacingMergeTree(judged_at)
PARTITION BY toYYYYMM(at)
ORDER BY (target, at, probe, batch, check)
COMMENT 'What analysis concluded of each look at a site, with what it concluded before: read v_verdicts instead';

CREATE OR REPLACE VIEW v_verdicts {{on_cluster}}
(
    `target` LowCardinality(String) COMMENT 'URL that was looked at, or host name where only resolvers were asked',
    `at` DateTime64(3, 'UTC') COMMENT 'When the look began, by the probe clock',
    `batch` String COMMENT 'Batch of the look in hex: SHA-256 of the batch as signed',
    `check` UInt32 COMMENT 'Number that ties the records of the look within its batch',
    `probe` String COMMENT 'Public key in hex that signed the batch; one per network and month, not per person',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the network, ZZ when unknown',
    `asn` UInt32 COMMENT 'Number of the autonomous system, 0 when unknown',
    `located` Bool COMMENT 'The gateway has found the key in this network, by an address; where not, the look is in no count',
    `class` LowCardinality(String) COMMENT 'domestic, foreign, anchor or service, as the target list has it',
    `verdict` LowCardinality(String) COMMENT 'blocked, accessible, down (in both places), local (the probe itself was offline) or inconclusive',
    `how` Array(LowCardinality(String)) COMMENT 'Of what is blocked: dns, tcp_ip, tls, tls_sni, tls_address, tls_mitm, http, redirect, throttling, quic; the surest first',
    `rules` Array(LowCardinality(String)) COMMENT 'Ids of the rules that hold: the one that decided, those that say the same, and notes; control.missing where nobody looked to compare',
    `reason` LowCardinality(String) COMMENT 'The sentences that the rules stand on',
    `control_batch` String COMMENT 'Batch of the control look that it was compared with, in hex; empty when there was none',
    `control_at` Nullable(DateTime64(3, 'UTC')) COMMENT 'When that look began; NULL when there was none',
    `control_country` LowCardinality(String) COMMENT 'Where that control is; empty when there was none',
    `generated` Bool COMMENT 'True for rehearsal data that nobody measured',
    `judged_at` DateTime64(3, 'UTC') COMMENT 'When analysis reached this conclusion; the latest counts'
)
AS SELECT
    target,
    at,
    lower(hex(verdicts.batch)) AS batch,
    check,
    lower(hex(verdicts.probe)) AS probe,
    country,
    asn,
    located,
    class,
    verdict,
    how,
    rules,
    reason,
    lower(hex(verdicts.control_batch)) AS control_batch,
    control_at,
    control_country,
    generated,
    judged_at
FROM verdicts
FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'What analysis concluded of each look at a site, each once';

-- A share says of how many; how many looked and were told nothing belongs to it. Rehearsals are counted apart, or they would
-- make up the five.
CREATE OR REPLACE VIEW v_blocked {{on_cluster}}
(
    `day` Date COMMENT 'Day, UTC',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code',
    `target` LowCardinality(String) COMMENT 'URL that was looked at, or host name where only resolvers were asked',
    `looked` UInt64 COMMENT 'Distinct probes that were online and looked, also where the verdict is inconclusive; only those that the gateway has found in the country',
    `probes` UInt64 COMMENT 'Of them, those that got a verdict of blocked, accessible or down, at least five',
    `networks` UInt64 COMMENT 'Networks that these are in',
    `looks` UInt64 COMMENT 'Looks with such a verdict',
    `blocked` Float64 COMMENT 'Share of these looks that found it blocked: the mean over probes, so that each counts once, 0 to 1',
    `accessible` Float64 COMMENT 'The same of looks that found it accessible',
    `down` Float64 COMMENT 'The same of looks that found it down, for the control too',
    `no_quic` Float64 COMMENT 'The same of looks at a time when HTTP/3 got through to none of the sites that were tried and have it, which is no block of this one',
    `how` Array(String) COMMENT 'Ways of blocking that at least five probes met, in order of the alphabet',
    `generated` Bool COMMENT 'True for rehearsal data that nobody measured, which is counted apart'
)
AS SELECT
    day,
    country,
    target,
    count() AS looked,
    countIf(n > 0) AS probes,
    uniqExactIf(asn, n > 0) AS networks,
    sum(n) AS looks,
    avgIf(n_blocked / n, n > 0) AS blocked,
    avgIf(n_accessible / n, n > 0) AS accessible,
    avgIf(n_down / n, n > 0) AS down,
    avgIf(n_no_quic / n, n > 0) AS no_quic,
    arraySort(arrayFilter(way -> countEqual(groupArrayArray(ways), way) >= 5, groupUniqArrayArray(ways))) AS how,
    generated
FROM
(
    SELECT
        toDate(at) AS day, country, target, generated, probe, max(v_verdicts.asn) AS asn,
        countIf(verdict IN ('blocked', 'accessible', 'down')) AS n,
        countIf(verdict = 'blocked') AS n_blocked, countIf(verdict = 'accessible') AS n_accessible, countIf(verdict = 'down') AS n_down,
        countIf(verdict IN ('blocked', 'accessible', 'down') AND has(v_verdicts.rules, 'note.no-quic-at-all')) AS n_no_quic,
        groupUniqArrayArrayIf(arrayMap(way -> toString(way), v_verdicts.how), verdict = 'blocked') AS ways
    FROM v_verdicts
    WHERE located AND verdict != 'local'
    GROUP BY day, country, target, generated, probe
)
GROUP BY day, country, target, generated
HAVING probes >= 5
COMMENT 'How many of those who looked at a site in a country on a day found it blocked; nothing that rests on fewer than five probes';

CREATE TABLE IF NOT EXISTS verdict_hours {{on_cluster}}
(
    `hour` DateTime('UTC') COMMENT 'Start of the hour in which looks began',
    `seen` UInt64 COMMENT 'Hash of what was stored of this hour, the one before and the one after: another one reopens the hour',
    `looks` UInt64 COMMENT 'Looks that were judged',
    `judged_at` DateTime64(3, 'UTC') COMMENT 'When they were'
)
ENGINE = {{replicated}}ReplacingMergeTree(judged_at)
ORDER BY hour
COMMENT 'Hours of which analysis has judged the looks, and on what';
