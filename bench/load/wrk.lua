-- wrk ... -- <seed> [<header> <file with one value a line> [<file with one body a line>]]
-- Every request takes one of the values at random; with bodies, the first value and a body at random. The last line printed is a JSON object.
local requests = {}

function init(args)
  math.randomseed(tonumber(args[1]))
  if args[2] == nil then
    requests[1] = wrk.format()
    return
  end
  if args[4] ~= nil then
    local headers = { [args[2]] = io.lines(args[3])(), ['content-type'] = 'application/json' }
    for body in io.lines(args[4]) do
      requests[#requests + 1] = wrk.format('POST', nil, headers, body)
    end
    return
  end
  for value in io.lines(args[3]) do
    requests[#requests + 1] = wrk.format(nil, nil, { [args[2]] = value })
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"p50Us":%d,"p99Us":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
