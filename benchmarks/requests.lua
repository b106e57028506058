-- Reads requests, one per line (method, path, headers, body; see guests.py), and sends them in turn.
local requests, turn = {}, 0
for line in io.lines(os.getenv("BENCH_REQUESTS")) do
  local method, path, headers, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)")
  local named = {}
  for pair in headers:gmatch("[^\31]+") do
    local name, value = pair:match("([^\30]*)\30(.*)")
    named[name] = value
  end
  if body ~= "" and not named["Content-Type"] then
    named["Content-Type"] = "application/x-www-form-urlencoded"
  end
  requests[#requests + 1] = wrk.format(method, path, named, body ~= "" and body or nil)
end

request = function()
  turn = turn % #requests + 1
  return requests[turn]
end

done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format("\nBENCH %d %d %d %d %d\n", summary.requests, summary.duration,
    failed, latency:percentile(50), latency:percentile(99)))
end
