"""What is known of how sure a feature's answers are: runs that measured it, and the threshold that is in force."""
