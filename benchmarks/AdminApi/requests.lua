-- Reads a path over and over, or with BENCH_NAME makes one service after the other; no two have the same name.
local name, n = os.getenv("BENCH_NAME"), 0

if name then
  request = function()
    n = n + 1
    return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, string.format('{"name":"%s-%d","url":"http://upstream.test/base"}', name, n))
  end
end

done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %.1f %.2f %.2f %d\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
