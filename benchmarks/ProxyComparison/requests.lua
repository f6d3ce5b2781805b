-- Draws each request at random, so that no cache of the last route or key flatters anyone.
local routes = tonumber(os.getenv("BENCH_ROUTES") or "1")
local keys = tonumber(os.getenv("BENCH_KEYS") or "0")
local pause = tonumber(os.getenv("BENCH_PAUSE") or "0")
local random, format = math.random, string.format

init = function(args)
  math.randomseed(os.time())
end

request = function()
  local path = "/area-00/item-000000/orders/17"
  if routes > 1 then
    local i = random(0, routes - 1)
    path = format("/area-%02d/item-%06d/orders/17", i % 100, i)
  end
  if keys > 0 then
    return format("GET %s HTTP/1.1\r\nHost: api.example.com\r\napikey: key-%06d\r\n\r\n", path, random(0, keys - 1))
  end
  return "GET " .. path .. " HTTP/1.1\r\nHost: api.example.com\r\n\r\n"
end

-- Between an answer and the next request of its connection: a load that the proxy can bear, so that latencies show stalls and not queues.
if pause > 0 then
  delay = function()
    return random(0, 2 * pause)
  end
end

done = function(summary, latency, requests)
  local e = summary.errors
  io.write(format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.status + e.timeout))
end
