/**
 * Up to which entry a moment lies behind: `recordedAt` never decreases for a user and stands in the bytes alone, all of one
 * length, so that each look at the middle halves what is left. Binds ?1, the user, ?2, an entry before both moments, and the
 * moments ?3 and ?4, of which each may be null.
 */
const SPAN = `
  head (seq) AS MATERIALIZED (SELECT coalesce(max(seq), 0) FROM entries WHERE user_id = ?1),
  halving (moment, low, high) AS (
    SELECT asked.value, CAST(?2 AS INTEGER), head.seq FROM json_each(json_array(?3, ?4)) AS asked, head WHERE asked.value IS NOT NULL
    UNION ALL
    SELECT moment,
      CASE WHEN bytes ->> '$.recordedAt' < moment THEN seq ELSE low END,
      CASE WHEN bytes ->> '$.recordedAt' < moment THEN high ELSE seq - 1 END
    FROM halving JOIN entries ON user_id = ?1 AND seq = (low + high + 1) / 2
    WHERE low < high
  ),
  found (moment, seq) AS MATERIALIZED (SELECT moment, low FROM halving WHERE low >= high),
  span (first, last) AS MATERIALIZED (
    SELECT
      coalesce((SELECT seq FROM found WHERE moment = ?3), CAST(?2 AS INTEGER)),
      coalesce((SELECT seq FROM found WHERE moment = ?4), head.seq)
    FROM head
  )`

/**
 * There are reversals that do not say how much of them no lot had had: those that were recorded before any did. It follows from how
 * much was given back before. Most often such a reversal is the last of its consumption, else those between are looked for.
 */
const REVERSED_BEFORE = `
  CASE WHEN reversed.bytes ->> '$.data.overage' > 0 AND entry.bytes ->> '$.data.overage' IS NULL THEN coalesce(
    (SELECT amount - (entry.bytes ->> '$.data.amount') FROM resolutions
     WHERE user_id = ?1 AND seq = reversed.seq AND version = entry.seq),
    (SELECT sum(bytes ->> '$.data.amount') FROM entries
     WHERE user_id = ?1 AND seq > reversed.seq AND seq < entry.seq AND bytes ->> '$.data.consumption' = reversed.seq))
  END`

/** Of a reversal, the holder of what it gives back. */
const HOLDER = `coalesce(note.json ->> '$.holder', reversed_note.json ->> '$.holder')`

/**
 * The span that is left of an interval, and after it, one by one, what a user consumed and gave back in it, each as the JSON of a
 * `Row`. Besides what `SPAN` needs it binds ?5 and ?6, feature and holder or null, ?7, how many entries are looked at, ?8, how many
 * rows are wanted, and ?9, whether notes are.
 */
export const CONSUMPTIONS = `
  WITH RECURSIVE ${SPAN}
  SELECT NULL AS seq, json_object('first', first, 'last', last) AS json FROM span
  UNION ALL
  SELECT entry.seq, json_object(
    'at', entry.bytes ->> '$.recordedAt',
    'feature', entry.bytes ->> '$.data.feature',
    'amount', entry.bytes ->> '$.data.amount',
    'overage', entry.bytes ->> '$.data.overage',
    'reservation', entry.bytes ->> '$.data.reservation',
    'consumption', reversed.seq,
    'owed', reversed.bytes ->> '$.data.overage',
    'before', ${REVERSED_BEFORE},
    'spends', entry.bytes ->> '$.data.spends.feature',
    'cost', entry.bytes ->> '$.data.spends.cost',
    'holder', ${HOLDER},
    'note', CASE WHEN ?9 THEN note.json END
  )
  FROM entries AS entry
  LEFT JOIN notes AS note ON note.user_id = ?1 AND note.seq = entry.seq
  LEFT JOIN entries AS reversed ON reversed.user_id = ?1 AND reversed.seq = entry.bytes ->> '$.data.consumption'
  LEFT JOIN notes AS reversed_note ON reversed_note.user_id = ?1 AND reversed_note.seq = reversed.seq
  WHERE entry.user_id = ?1
    AND entry.seq > (SELECT first FROM span) AND entry.seq <= (SELECT min(last, first + ?7) FROM span)
    AND entry.bytes ->> '$.type' IN ('usage_consumed', 'reservation_committed', 'consumption_reversed')
    AND (?5 IS NULL OR entry.bytes ->> '$.data.feature' = ?5)
    AND (?6 IS NULL OR ${HOLDER} = ?6)
  ORDER BY seq LIMIT ?8`
