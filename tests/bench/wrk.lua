-- Asks for pieces of songs, and tells what came as a line of JSON. Arguments after `--`: a file with a
-- path a line; how many bytes to ask for (0: all); the first and the last offset to begin at; a seed.
local paths, length, first, last = {}, 0, 0, 0
local host = ""

function init(arguments)
    for line in io.lines(arguments[1]) do
        paths[#paths + 1] = line
    end
    length, first, last = tonumber(arguments[2]), tonumber(arguments[3]), tonumber(arguments[4])
    math.randomseed(tonumber(arguments[5]))
    host = "Host: " .. wrk.headers["Host"] .. "\r\n"
end

-- Put together by hand: wrk.format takes longer than nginx takes to answer.
function request()
    local range = ""
    if length > 0 then
        local start = math.random(first, last)
        range = "Range: bytes=" .. start .. "-" .. start + length - 1 .. "\r\n"
    end
    return "GET " .. paths[math.random(#paths)] .. " HTTP/1.1\r\n" .. host .. range .. "\r\n"
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "refused": %d, "broken": %d}\n', summary.requests, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
