-- One request over and over, told in the same words as requests.lua.
done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format("\nBENCH %d %d %d %d %d\n", summary.requests, summary.duration,
    failed, latency:percentile(50), latency:percentile(99)))
end
