"""What becomes of an idempotency key in Valkey: one step each, whoever else is at it.

An entry is a hash. `print`: which call it is; `token`: who asks just now; `call`: the id of the call that was made;
`answer`: sealed, if it is kept. Counters weigh what was kept in a stretch of time. Any of them may be sent twice, as
its first answer may be lost with the connection: the second time it does nothing, and says the same.
"""

from typing import Final

# KEYS: entry, the tenant's counter. ARGV: print, token, seconds held, weight of a key, most, seconds of the counter.
CLAIM: Final = """
if redis.call('HGET', KEYS[1], 'token') == ARGV[2] then
  return {'claimed'}
end
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'found', redis.call('HMGET', KEYS[1], 'print', 'call', 'answer')}
end
if tonumber(redis.call('GET', KEYS[2]) or '0') + tonumber(ARGV[4]) > tonumber(ARGV[5]) then
  return {'full'}
end
redis.call('INCRBY', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('HSET', KEYS[1], 'print', ARGV[1], 'token', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {'claimed'}
"""

# KEYS: entry. ARGV: print, token, seconds held. What has run out is taken again, unless another has taken it.
HOLD: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HGET', KEYS[1], 'token') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'print', ARGV[1], 'token', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

# KEYS: entry. ARGV: token.
LET_GO: Final = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
"""

# KEYS: entry, the tenant's counter, everybody's. ARGV: print, token, call, sealed answer (empty: too large), seconds
# kept, the tenant's most, everybody's, seconds of the counters.
KEEP: Final = """
if redis.call('HGET', KEYS[1], 'call') == ARGV[3] then
  return 1
end
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HGET', KEYS[1], 'token') ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'print', ARGV[1], 'call', ARGV[3])
local size = #ARGV[4]
local mine = tonumber(redis.call('GET', KEYS[2]) or '0') + size
local all = tonumber(redis.call('GET', KEYS[3]) or '0') + size
if size > 0 and mine <= tonumber(ARGV[6]) and all <= tonumber(ARGV[7]) then
  redis.call('HSET', KEYS[1], 'answer', ARGV[4])
  for counter = 2, 3 do
    redis.call('INCRBY', KEYS[counter], size)
    redis.call('EXPIRE', KEYS[counter], ARGV[8])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
"""
