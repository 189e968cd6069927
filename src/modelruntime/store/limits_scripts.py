"""The scripts that a Valkey or Redis server runs: each is one round trip and whole, whoever else calls.

The algorithms are those of `routing/gcra.py`, `token_bucket.py` and `money_window.py`; the time is the server's, so that replicas
whose clocks differ agree. Keys of one gateway key share a hash tag, so that a cluster keeps them in one place:

    mr:{id}:r            the state of the rate of requests
    mr:{id}:t            the bucket of tokens: level, at
    mr:{id}:c            open calls: id → when its lease ends unless it is renewed
    mr:{id}:m:USD:86400  slots of money: slot → nanos; `epoch` says that the window was filled from the ledger
"""

from __future__ import annotations

_NOW = """
local now = tonumber(ARGV[1])
if now == nil then
  local t = redis.call('TIME')
  now = tonumber(t[1]) + tonumber(t[2]) / 1000000
end
"""

ADMIT = (
    _NOW
    + """
local rpm, tpm, concurrent = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local budget, slot_seconds = tonumber(ARGV[5]), tonumber(ARGV[6])
local tokens, nanos, lease, ttl, unread = tonumber(ARGV[7]), ARGV[8], ARGV[9], tonumber(ARGV[10]), ARGV[11]
local slot = 0

if concurrent then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
  if redis.call('ZCARD', KEYS[3]) >= concurrent then return {'too_many_concurrent', '1'} end
end

local arrival
if rpm then
  if rpm <= 0 then return {'rate_limited', '60'} end
  arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + 60 / rpm
  if arrival - now > 60.000001 then return {'rate_limited', tostring(arrival - 60 - now)} end
end

local level
if tpm then
  if tpm <= 0 then return {'token_rate_limited', '60'} end
  local bucket = redis.call('HMGET', KEYS[2], 'level', 'at')
  level = tpm
  if bucket[1] then
    level = math.min(tpm, tonumber(bucket[1]) + math.max(0, now - tonumber(bucket[2])) * tpm / 60)
  end
  local needed = math.min(tokens, tpm)
  if level < needed - 0.000001 then return {'token_rate_limited', tostring((needed - level) * 60 / tpm)} end
  level = level - tokens
end

if budget then
  slot = math.floor(now / slot_seconds)
  local epoch, spent = false, 0
  local rows = redis.call('HGETALL', KEYS[4])
  for i = 1, #rows, 2 do
    if rows[i] == 'epoch' then
      epoch = true
    elseif tonumber(rows[i]) < slot - 30 then
      redis.call('HDEL', KEYS[4], rows[i])
    else
      spent = spent + math.max(0, tonumber(rows[i + 1]))
    end
  end
  if not epoch and unread == '' then return {'unread', ''} end
  if spent + tonumber(nanos) > budget then return {'budget_exhausted', ''} end
  redis.call('HINCRBY', KEYS[4], string.format('%d', slot), nanos)
  redis.call('EXPIRE', KEYS[4], slot_seconds * 32)
end

if rpm then redis.call('SET', KEYS[1], string.format('%.6f', arrival), 'EX', 120) end
if tpm then
  redis.call('HSET', KEYS[2], 'level', string.format('%.6f', level), 'at', string.format('%.6f', now))
  redis.call('EXPIRE', KEYS[2], math.ceil((tpm - level) * 60 / tpm) + 60)
end
if lease ~= '' then
  redis.call('ZADD', KEYS[3], string.format('%.6f', now + ttl), lease)
  redis.call('EXPIRE', KEYS[3], ttl * 2)
end
return {'held', string.format('%d', slot)}
"""
)
"""Keys r, t, c, m. Arguments: now (empty: the server's), requests, tokens, concurrent, budget in nanos (each empty: no limit),
seconds of a slot, expected tokens, expected nanos, the lease's id (empty: none), its seconds, and whether an unread window may be
used. Gives `held` and the slot, a denial and its seconds, or `unread`."""

SETTLE = (
    _NOW
    + """
if redis.call('ZREM', KEYS[3], ARGV[2]) == 0 then return 0 end
local tpm, back, slot, more = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
if tpm and back then
  local bucket = redis.call('HMGET', KEYS[2], 'level', 'at')
  if bucket[1] then
    local level = math.min(tpm, tonumber(bucket[1]) + math.max(0, now - tonumber(bucket[2])) * tpm / 60)
    level = math.min(tpm, level + back)
    redis.call('HSET', KEYS[2], 'level', string.format('%.6f', level), 'at', string.format('%.6f', now))
    redis.call('EXPIRE', KEYS[2], math.ceil((tpm - level) * 60 / tpm) + 60)
  end
end
if more ~= '' and redis.call('EXISTS', KEYS[4]) == 1 then redis.call('HINCRBY', KEYS[4], slot, more) end
return 1
"""
)
"""Keys as above. Arguments: now, the lease, the limit of tokens, tokens to put back, the slot, nanos to add. Does nothing for a
lease that is settled already or has ended, so that it may be sent again."""

RENEW = (
    _NOW
    + """
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], 'XX', string.format('%.6f', now + tonumber(ARGV[2])), ARGV[i]) end
redis.call('EXPIRE', KEYS[1], tonumber(ARGV[2]) * 2)
return 1
"""
)
"""Key c. Arguments: now, seconds, leases."""

FILL = """
if redis.call('HEXISTS', KEYS[1], 'epoch') == 1 then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'epoch', '1')
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], tonumber(ARGV[1]) * 32)
return 1
"""
"""Key m. Arguments: seconds of a slot, then slot and nanos in turn. The first one to fill a window fills it alone."""
