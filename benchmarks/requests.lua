-- Reads requests, one per line (method, path, headers, body; see callers.py), and sends them in turn.
local requests, unlikes, turn = {}, {}, 0
-- What must not be sent twice, not even by a later run, holds this; a number as long replaces it.
local unlike, number = "UNLIKEALLOTHERS0", os.time() * 1e6

-- Not earlier: before `init`, wrk does not know the Host, which Node insists on.
init = function()
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local method, path, headers, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)")
    -- In the order given, as browsers keep to one: what wrk.format makes of a table has another in
    -- each run, which no caller's requests have.
    local lines = { method .. " " .. path .. " HTTP/1.1", "Host: " .. wrk.headers["Host"] }
    for pair in headers:gmatch("[^\31]+") do
      lines[#lines + 1] = pair:gsub("\30", ": ", 1)
    end
    if body ~= "" then
      if not headers:find("Content%-Type\30") then
        lines[#lines + 1] = "Content-Type: application/x-www-form-urlencoded"
      end
      lines[#lines + 1] = "Content-Length: " .. #body
    end
    requests[#requests + 1] = table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
    unlikes[#requests] = requests[#requests]:find(unlike, 1, true) ~= nil
  end
end

request = function()
  turn = turn % #requests + 1
  local sent = requests[turn]
  if not unlikes[turn] then return sent end
  number = number + 1
  return (sent:gsub(unlike, string.format("%016.0f", number)))
end

done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format("\nBENCH %d %d %d %d %d\n", summary.requests, summary.duration,
    failed, latency:percentile(50), latency:percentile(99)))
end
