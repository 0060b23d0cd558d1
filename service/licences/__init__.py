"""The results of approvals as signed licences of the service's own, their holder's wallet, and verifying one by a code."""
