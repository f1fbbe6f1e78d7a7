"""What happens to the counters in Valkey: one step each, whoever else is at it.

All of it is one hash, so that it is lost whole or not at all, and lies in one slot of a cluster. Its fields:

    gen              <run id of the server>/<uuid>: of what was lost or is from before a restart nothing counts
    state, opened    `joining` until the counters were set from PostgreSQL, then `open`; since when, in ms
    sweep            when to look for the gone again
    j:<process>      when this gateway last said that it is there
    s:<counter>      settled
    h:<counter>      held for calls under way
    r:<process>:<call>  a reservation: amount|floor|tenant|counters; the floor is what it costs if its gateway dies
    u:<process>:<call>  settled before the counters were set, and maybe not recorded: the same shape, with the cost

Amounts are nano-dollars. They travel as text: Lua would write large numbers as 1e+15. What is compared is below 2^53.
"""

from typing import Final

_HEAD: Final = """
local key = KEYS[1]
local function get(field) return redis.call('HGET', key, field) end
local function now() local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end
local function text(number) return string.format('%.0f', number) end
local function each(names) return string.gmatch(names, '[^,]+') end
local function spend(names, cost)
  for name in each(names) do
    if redis.call('HEXISTS', key, 's:' .. name) == 1 then redis.call('HINCRBY', key, 's:' .. name, cost) end
  end
end
local function hold(field, value)
  if redis.call('HSETNX', key, field, value) == 0 then return end
  local amount, _, _, names = string.match(value, '^(%d+)|(%d+)|([^|]*)|(.*)$')
  for name in each(names) do redis.call('HINCRBY', key, 'h:' .. name, amount) end
end
local function drop(field, value)
  local amount, floor, tenant, names = string.match(value, '^(%d+)|(%d+)|([^|]*)|(.*)$')
  redis.call('HDEL', key, field)
  for name in each(names) do redis.call('HINCRBY', key, 'h:' .. name, '-' .. amount) end
  return floor, tenant, names
end
local function let_go(field, value, cost)
  local floor, tenant, names = drop(field, value)
  if get('state') == 'joining' then
    local settled = table.concat({cost or floor, floor, tenant, names}, '|')
    redis.call('HSET', key, 'u:' .. string.sub(field, 3), settled)
  else
    spend(names, cost or floor)
  end
end
local function sweep(lease)
  local at = now()
  if at < tonumber(get('sweep') or '0') then return end
  redis.call('HSET', key, 'sweep', text(at + lease / 6))
  local all, alive = redis.call('HGETALL', key), {}
  for i = 1, #all, 2 do
    local process = string.match(all[i], '^j:(.*)$')
    if process then
      if at - tonumber(all[i + 1]) <= lease then alive[process] = true else redis.call('HDEL', key, all[i]) end
    end
  end
  for i = 1, #all, 2 do
    local process = string.match(all[i], '^r:([^:]+):')
    if process and not alive[process] then let_go(all[i], all[i + 1]) end
  end
end
"""

# ARGV: a fresh token. Begins a generation unless one of this very server is there.
OPEN: Final = (
    _HEAD
    + """
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local found = get('gen')
if not found or string.sub(found, 1, #server + 1) ~= server .. '/' then
  redis.call('DEL', key)
  found = server .. '/' .. ARGV[1]
  redis.call('HSET', key, 'gen', found, 'state', 'joining', 'opened', text(now()))
end
return {found, get('state')}
"""
)

# ARGV: generation, process, then per entry: call, `open` or `settled`, value. Of what is settled and maybe unrecorded
# the counters learn when they are set; afterwards at once. `known`: the process was there, and the list was not read.
JOIN: Final = (
    _HEAD
    + """
if get('gen') ~= ARGV[1] then return {'generation'} end
local taken = redis.call('HEXISTS', key, 'j:' .. ARGV[2]) == 0
if taken then
  for i = 3, #ARGV, 3 do
    local place, value = ARGV[2] .. ':' .. ARGV[i], ARGV[i + 2]
    if ARGV[i + 1] == 'open' then
      hold('r:' .. place, value)
    elseif get('state') == 'joining' then
      redis.call('HSET', key, 'u:' .. place, value)
    else
      local amount, _, _, names = string.match(value, '^(%d+)|(%d+)|([^|]*)|(.*)$')
      spend(names, amount)
    end
  end
end
redis.call('HSET', key, 'j:' .. ARGV[2], text(now()))
return {'joined', taken and 'taken' or 'known'}
"""
)

# ARGV: generation, process, lease in ms.
BEAT: Final = (
    _HEAD
    + """
if get('gen') ~= ARGV[1] then return {'generation'} end
if redis.call('HEXISTS', key, 'j:' .. ARGV[2]) == 0 then return {'left'} end
redis.call('HSET', key, 'j:' .. ARGV[2], text(now()))
sweep(tonumber(ARGV[3]))
return {'there', get('state')}
"""
)

# ARGV: generation. Everything, with the server's time.
LOOK: Final = (
    _HEAD
    + """
if get('gen') ~= ARGV[1] then return {'generation'} end
return {'found', text(now()), redis.call('HGETALL', key)}
"""
)

# ARGV: generation, how many calls are recorded, their <process>:<call>, then counter and recorded amount. Sets, never
# adds: done twice, it changes nothing. What is recorded is in the amounts, be it settled or held by now.
SEED: Final = (
    _HEAD
    + """
if get('gen') ~= ARGV[1] then return {'generation'} end
local recorded = tonumber(ARGV[2])
for i = 3 + recorded, #ARGV, 2 do redis.call('HSETNX', key, 's:' .. ARGV[i], ARGV[i + 1]) end
if get('state') == 'joining' then
  for i = 3, 2 + recorded do
    redis.call('HDEL', key, 'u:' .. ARGV[i])
    local value = get('r:' .. ARGV[i])
    if value then drop('r:' .. ARGV[i], value) end
  end
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'u:' then
      local amount, _, _, names = string.match(all[i + 1], '^(%d+)|(%d+)|([^|]*)|(.*)$')
      spend(names, amount)
      redis.call('HDEL', key, all[i])
    end
  end
  redis.call('HSET', key, 'state', 'open')
end
return {'open'}
"""
)

# ARGV: generation, process, lease in ms, call, value, amount, then counter and limit. In all counters or in none.
RESERVE: Final = (
    _HEAD
    + """
if get('gen') ~= ARGV[1] then return {'generation'} end
if redis.call('HEXISTS', key, 'j:' .. ARGV[2]) == 0 then return {'left'} end
local field, amount = 'r:' .. ARGV[2] .. ':' .. ARGV[4], tonumber(ARGV[6])
if redis.call('HEXISTS', key, field) == 1 then return {'held'} end
local function fault()
  for i = 7, #ARGV, 2 do
    local found = redis.call('HMGET', key, 's:' .. ARGV[i], 'h:' .. ARGV[i])
    if not found[1] then return {'cold'} end
    local held = found[2] or '0'
    if tonumber(found[1]) + tonumber(held) + amount > tonumber(ARGV[i + 1]) then
      return {'over', (i - 7) / 2, found[1], held}
    end
  end
end
local found = fault()
if found and found[1] == 'over' then
  sweep(tonumber(ARGV[3]))
  found = fault()
end
if found then return found end
hold(field, ARGV[5])
return {'held'}
"""
)

# ARGV: generation, process, call, cost. What is settled already is not there any more.
SETTLE: Final = (
    _HEAD
    + """
if get('gen') ~= ARGV[1] then return {'generation'} end
local field = 'r:' .. ARGV[2] .. ':' .. ARGV[3]
local value = get(field)
if not value then return {'nothing'} end
let_go(field, value, ARGV[4])
return {'settled'}
"""
)

# ARGV: generation, process. What it leaves open is let go by the next sweep.
LEAVE: Final = (
    _HEAD
    + """
if get('gen') == ARGV[1] then redis.call('HDEL', key, 'j:' .. ARGV[2], 'sweep') end
return {'gone'}
"""
)

# ARGV: how many calls are held and were not recorded, their <process>:<call>, then counter and recorded amount. What is
# recorded was spent, whatever the counter missed; never lowered. What else is held may be in the recorded amount: it is
# counted when it is settled or let go, and would be counted twice.
RAISE: Final = (
    _HEAD
    + """
local raised, unrecorded, known = 0, {}, tonumber(ARGV[1])
for i = 2, 1 + known do
  local amount, names = string.match(get('r:' .. ARGV[i]) or '', '^(%d+)|%d+|[^|]*|(.*)$')
  for name in each(names or '') do unrecorded[name] = (unrecorded[name] or 0) + tonumber(amount) end
end
for i = 2 + known, #ARGV, 2 do
  local name = ARGV[i]
  local spent = get('s:' .. name)
  if spent then
    local held = tonumber(get('h:' .. name) or '0') - (unrecorded[name] or 0)
    local missing = tonumber(ARGV[i + 1]) - tonumber(spent) - held
    if missing > 0 then
      redis.call('HINCRBY', key, 's:' .. name, text(missing))
      raised = raised + 1
    end
  end
end
return raised
"""
)

# ARGV: counters of periods that are over. One that something is held in stays.
FORGET: Final = (
    _HEAD
    + """
for i = 1, #ARGV do
  if tonumber(get('h:' .. ARGV[i]) or '0') == 0 then redis.call('HDEL', key, 's:' .. ARGV[i], 'h:' .. ARGV[i]) end
end
return {'forgotten'}
"""
)

ALL: Final = (OPEN, JOIN, BEAT, LOOK, SEED, RESERVE, SETTLE, LEAVE, RAISE)
