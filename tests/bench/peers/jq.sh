#!/bin/sh
# jq.sh - Secureworks' detection with jq, awk and sort.
#
#   sh jq.sh FOLDER
#
# jq takes the fields out, awk keeps starts and candidates and answers at the
# end.  Prints the answer, one id a line, in order.
find "$1" -name '*.json.gz' -exec gzip -dc {} + |
    jq -r '.Records[] |
        [ .eventName, .userIdentity.accessKeyId // "",
          .userIdentity.arn // "", .sourceIPAddress // "", .eventTime,
          .awsRegion, .eventID,
          ((.userAgent // "") | startswith("awslambda-worker")),
          ((.responseElements | objects | .publicIp) // "") ] | @tsv' |
    LC_ALL=C awk -F '\t' '
        $1 == "AllocateAddress" { allocated[$9] = 1 }
        $2 !~ /^ASIA/ { next }
        $1 == "CreateLogStream" && $8 == "true" {
            row = $2 FS $3 FS $6
            if (!(row in since)) {
                rows[$2 FS $3] = rows[$2 FS $3] "\n" row
                since[row] = $5
            } else if ($5 < since[row]) {
                since[row] = $5
            }
            home[row, $4] = 1
        }
        $1 != "Decrypt" && $4 != "AWS Internal" {
            key[++count] = $2 FS $3
            address[count] = $4; time[count] = $5; id[count] = $7
        }
        END {
            for (i = 1; i <= count; i++) {
                if (!(key[i] in rows) || address[i] in allocated)
                    continue
                n = split(substr(rows[key[i]], 2), its, "\n")
                for (j = 1; j <= n; j++)
                    if (!((its[j], address[i]) in home) &&
                        time[i] > since[its[j]])
                        print id[i]
            }
        }' | LC_ALL=C sort -u
