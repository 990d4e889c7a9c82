-- series.lua: for descriptions: many short series, each the sum of two waves of any length and start, and noise, as in chapter
-- 15 of "Hands-On Machine Learning". Takes the number of the first, how many, and how many steps; gives the text of a CSV
-- file with a series in each row, columns v0, v1, ... The same numbers on every machine to 7 digits.
local function uniform(i)                                       -- number i of the stream splitmix64(42), in [0, 1)
  local z = 42 + (i + 1) * 0x9E3779B97F4A7C15
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return ((z ~ (z >> 31)) >> 11) * 2.0 ^ -53
end

local function series(k, n)
  local f1, f2, o1, o2 = uniform(64 * k), uniform(64 * k + 1), uniform(64 * k + 2), uniform(64 * k + 3)
  local row = {}
  for i = 0, n - 1 do
    local t, noise = i / (n - 1), uniform(64 * k + 4 + i) - 0.5
    local waves = 0.5 * math.sin((t - o1) * (10 * f1 + 10)) + 0.2 * math.sin((t - o2) * (20 * f2 + 20))
    row[i + 1] = ("%.7g"):format(waves + 0.1 * noise)
  end
  return table.concat(row, ",")
end

return function(first, count, steps)
  local names, rows = {}, {}
  for i = 0, steps - 1 do names[i + 1] = "v" .. i end
  rows[1] = table.concat(names, ",")
  for k = first, first + count - 1 do rows[#rows + 1] = series(k, steps) end
  return table.concat(rows, "\n") .. "\n"
end
