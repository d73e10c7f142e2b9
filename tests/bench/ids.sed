# ids.sed - alerts as JSON lines, to what the truth files hold of each: the
# event's id, or of a group its key, session and time.
s/^.*"time":"[^"]*","event":{"eventID":"\([^"]*\)".*/\1/p
s/^.*"time":"\([^"]*\)","group":{"key":{"access_key":"\([^"]*\)","[a-z_]*":"\([^"]*\)".*/\2|\3|\1/p
