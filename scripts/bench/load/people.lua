-- One request after another for many people. Arguments: order (walk, uniform, zipf), method, path, file of tokens (one a
-- line), the first person and their number, and a body in which every # is a number that grows.
dofile((debug.getinfo(1, "S").source:match("^@(.*/)") or "./") .. "report.lua")

local tokens, head, tail, template, order = {}, "", "\r\n\r\n", "", {}
local sent, drawn = 0, 1048576

local function read_tokens(path, first, count)
  local line_number = 0
  for line in io.lines(path) do
    line_number = line_number + 1
    if line_number > first then tokens[#tokens + 1] = line end
    if #tokens == count then return end
  end
end

-- Person k is asked for as often as 1 / k.
local function draw_zipf(count)
  local sums, sum = {}, 0
  for k = 1, count do
    sum = sum + 1 / k
    sums[k] = sum
  end
  for draw = 1, drawn do
    local wanted, low, high = math.random() * sum, 1, count
    while low < high do
      local middle = math.floor((low + high) / 2)
      if sums[middle] < wanted then low = middle + 1 else high = middle end
    end
    order[draw] = low
  end
end

function init(args)
  local kind, method, path, file, first, count, body = unpack(args)
  read_tokens(file, tonumber(first), tonumber(count))
  template = body or ""
  math.randomseed(20261127)
  if kind == "zipf" then draw_zipf(#tokens) end
  if kind == "uniform" then
    for draw = 1, drawn do order[draw] = math.random(#tokens) end
  end
  head = method .. " " .. path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\nAuthorization: Bearer "
  if template ~= "" then
    local length = #template:gsub("#", "00000000")
    tail = "\r\nContent-Type: application/json\r\nContent-Length: " .. length .. "\r\n\r\n"
  end
end

function request()
  sent = sent + 1
  local person
  if #order > 0 then person = order[(sent - 1) % drawn + 1] else person = (sent - 1) % #tokens + 1 end
  if template == "" then return head .. tokens[person] .. tail end
  local body = template:gsub("#", string.format("%08d", sent))
  return head .. tokens[person] .. tail .. body
end
