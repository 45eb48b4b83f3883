# Static files as strings of C, so that the program is one file.
#   awk -f embed.awk style.css gongkai.js icon.svg > static-files.h
# gongkai.js becomes gk_gongkai_js.  Files hold text without NUL.  Of a style sheet, one rule a line, neither line ends nor comments are sent.
FNR == 1 {
	if (NR > 1)
		print ";"
	name = FILENAME
	sub(/.*\//, "", name)
	gsub(/[^0-9A-Za-z]/, "_", name)
	printf "static const char gk_%s[] =\n", name
	css = name ~ /_css$/
}
css && /^\/\*.*\*\/$/ { next }
{
	line = ""
	n = split($0, c, "")
	for (i = 1; i <= n; i++)
		line = line ((c[i] == "\\" || c[i] == "\"") ? "\\" c[i] : c[i])
	printf "\t\"%s%s\"\n", line, css ? "" : "\\n"
}
END { print ";" }
