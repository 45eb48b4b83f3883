# The shipped lists of data/synonyms as strings of C, a line each; comments and empty lines stay out.
#   awk -f thesaurus.awk civil.tsv … > thesaurus-data.h
/^#/ || NF == 0 { next }
{
	gsub(/[\\"]/, "\\\\&")
	gsub(/\t/, "\\t")
	printf "\"%s\",\n", $0
}
