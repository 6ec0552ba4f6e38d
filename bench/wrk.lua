-- What wrk sends for bench/http and bench/attack, and the one line that it reads afterwards. For one wrk thread (-t1).
--
--   MODE=same     the request of the command line, again and again
--   MODE=logins   describe user_FIRST, user_FIRST+1 …, each with its own token, so that each call is a first login
--   MODE=guesses  a wrong password that was never sent before, in turn for a user who exists and for one who does not
--   GUESS_PATH=p  what is asked with a wrong password; the description of that user when absent
--   PAUSE=n       milliseconds that a connection rests between two calls, on average; 0 for none

local mode = os.getenv("MODE") or "same"
local number = tonumber(os.getenv("FIRST") or "1")
local pause = tonumber(os.getenv("PAUSE") or "0")
local run = os.getenv("RUN") or "0"
local guess_path = os.getenv("GUESS_PATH")
local known_users = 8

local function get(path, user, password)
  return wrk.format("GET", path, { ["Authorization"] = "Bearer " .. user .. ":" .. password })
end

local function describe(user, password)
  return get("/api/v1/users/" .. user, user, password)
end

if mode == "logins" then
  request = function()
    number = number + 1
    return describe("user_" .. number, "P@ssw0rd")
  end
elseif mode == "guesses" then
  request = function()
    number = number + 1
    local user = number % 2 == 0 and "user_" .. (number / 2 % known_users + 1) or "nobody_" .. number
    local password = "wrong_" .. run .. "_" .. number
    return guess_path and get(guess_path, user, password) or describe(user, password)
  end
end

if pause > 0 then
  -- Not all at the same moment
  delay = function() return math.random(math.floor(pause / 2), math.floor(pause * 3 / 2)) end
end

-- Counting answers costs wrk time, so it is done only where other answers than 2xx are expected
unauthorized, throttled, overloaded, other = 0, 0, 0, 0
if mode == "guesses" then
  response = function(status)
    if status == 401 then unauthorized = unauthorized + 1
    elseif status == 429 then throttled = throttled + 1
    elseif status == 503 then overloaded = overloaded + 1
    else other = other + 1 end
  end
end

local worker
function setup(thread) worker = thread end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout,
    worker:get("unauthorized"), worker:get("throttled"), worker:get("overloaded"), worker:get("other")))
end
