-- http-request lua.latchkey <address of /v1/verify>: answers a request as Latchkey says, or lets it go on with who it
-- is in its headers and the variable txn.admitted set. Nothing else sets it, not even a failure of this script.

local IDENTITY = {
  "x-auth-user-id", "x-auth-user-email", "x-auth-user-name", "x-auth-token-id", "x-auth-scopes",
}
local REFUSALS = { [401] = true, [403] = true, [503] = true }
local PASSED_ON = {
  "content-type", "www-authenticate", "latchkey-token-expires-at", "retry-after", "x-request-id",
}
local TIMEOUT_MS = 10000

-- HAProxy counts the values of a header from 0.
local function first(headers, name)
  local values = headers[name]
  return values and values[0]
end

local function ask(txn, url)
  local sent = txn.http:req_get_headers()
  return core.httpclient():get({
    url = url,
    timeout = TIMEOUT_MS,
    headers = {
      -- All values: Latchkey must see it when there are two tokens.
      ["authorization"] = sent["authorization"],
      ["user-agent"] = sent["user-agent"],
      ["x-forwarded-for"] = { txn.f:src() },
      ["x-original-method"] = { txn.f:method() },
      ["x-original-uri"] = { txn.f:pathq() },
    },
  })
end

-- Ends the request.
local function refuse(txn, answer)
  local reply = txn:reply({ status = answer.status, body = answer.body })
  reply:add_header("cache-control", "no-store")
  for _, name in ipairs(PASSED_ON) do
    local value = first(answer.headers, name)
    if value then reply:add_header(name, value) end
  end
  txn:done(reply)
end

core.register_action("latchkey", { "http-req" }, function(txn, url)
  local answer = ask(txn, url)
  if REFUSALS[answer.status] then return refuse(txn, answer) end
  if answer.status ~= 200 then return end
  for _, name in ipairs(IDENTITY) do
    local value = first(answer.headers, name)
    if not value then return end
    txn.http:req_set_header(name, value)
  end
  txn:set_var("txn.admitted", true)
end, 1)
